"""What the study tells a person: advice, an answer, published findings, and where it ships."""
