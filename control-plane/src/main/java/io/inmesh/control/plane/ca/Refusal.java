package io.inmesh.control.plane.ca;

/** A certificate is refused; the message says why, for the one who asked and for the audit. */
public final class Refusal extends Exception {
  private static final long serialVersionUID = 1;

  /** Why, in terms of gRPC. */
  public enum Kind {
    /** Nobody knows who asks. */
    UNAUTHENTICATED,
    /** What was asked for makes no sense. */
    INVALID,
    /** It cannot be done, whoever asks. */
    UNABLE
  }

  private final Kind kind;

  Refusal(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
