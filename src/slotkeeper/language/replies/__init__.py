"""Understanding short replies to a question that was just asked."""
