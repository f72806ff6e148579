package io.inmesh.engine.authz;

/** What a filter has counted: of rules that hold, and of those that only watch. */
public record RbacStats(RbacCounts enforced, RbacCounts shadow) {
  /** Nothing yet. */
  public RbacStats() {
    this(new RbacCounts(), new RbacCounts());
  }
}
