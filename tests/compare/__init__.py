"""What the platform recorded, compared with what the rules impose."""
