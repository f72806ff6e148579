package io.inmesh.engine.cluster;

/** A locality; empty parts are unknown. */
public record Locality(String region, String zone, String subZone) {
  /** Nothing is known. */
  public static final Locality UNKNOWN = new Locality("", "", "");

  @Override
  public String toString() {
    return subZone.isEmpty()
        ? zone.isEmpty() ? region : region + "/" + zone
        : region + "/" + zone + "/" + subZone;
  }
}
