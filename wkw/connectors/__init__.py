"""What reads the files and services that interactions come from."""
