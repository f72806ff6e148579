package io.inmesh.agent.guard;

/** What the mesh says of a bare connection. */
sealed interface Verdict {
  /** None of its business. */
  record Pass() implements Verdict {}

  /** To a destination of the mesh, yet not routed by it. */
  record Meshed() implements Verdict {}

  /**
   * It may not be made.
   *
   * @param reason for people
   * @param certain whether it holds whatever the connection carries
   */
  record Refuse(String reason, boolean certain) implements Verdict {}
}
