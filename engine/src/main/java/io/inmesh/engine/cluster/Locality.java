package io.inmesh.engine.cluster;

import org.jspecify.annotations.Nullable;

/** A locality; empty parts are unknown. */
public record Locality(String region, String zone, String subZone) {
  /** Nothing is known. */
  public static final Locality UNKNOWN = new Locality("", "", "");

  /** Reads {@code region/zone/subzone}, of which parts from the right may be missing. */
  public static Locality parse(String text) {
    String[] parts = text.split("/", 3);
    return new Locality(
        parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
  }

  // Written out: those of a record are linked at run time, which a start waits some 10 ms for.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Locality that
        && region.equals(that.region)
        && zone.equals(that.zone)
        && subZone.equals(that.subZone);
  }

  @Override
  public int hashCode() {
    return (region.hashCode() * 31 + zone.hashCode()) * 31 + subZone.hashCode();
  }

  @Override
  public String toString() {
    return subZone.isEmpty()
        ? zone.isEmpty() ? region : region + "/" + zone
        : region + "/" + zone + "/" + subZone;
  }
}
