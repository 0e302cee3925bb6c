"""Who is asking, what that role may do, and what was seen: checked in one place."""
