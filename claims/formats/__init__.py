"""What readers see, in formats that programs read: feeds, structured data, citations."""
