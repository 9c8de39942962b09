"""What attribution methods share: gradients, class activation, masking, decomposition."""
