"""What is new for these topics and questions: read feeds, rank what they announce, keep an inbox."""
