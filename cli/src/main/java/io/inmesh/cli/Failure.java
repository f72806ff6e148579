package io.inmesh.cli;

/** Something that the user can read and act on; told in one line, exit code 1. */
public final class Failure extends RuntimeException {
  /** The message says what happened, where, and what to do. */
  public Failure(String message) {
    super(message);
  }

  /** The cause is shown with {@code --verbose} only. */
  public Failure(String message, Throwable cause) {
    super(message, cause);
  }
}
