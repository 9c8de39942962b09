"""The screens, one thin script each, found by Streamlit itself, and `parts`, what they share."""
