"""``mailbell doctor``: looks at everything that Mailbell depends on, and says what to do; changes nothing."""
