"""The tools that a voice agent calls. Each platform's adapter is a thin layer over them."""
