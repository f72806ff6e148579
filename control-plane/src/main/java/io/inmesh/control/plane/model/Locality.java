package io.inmesh.control.plane.model;

/** Region, zone and sub-zone; each may be empty. */
public record Locality(String region, String zone, String subZone) implements Comparable<Locality> {
  public static final Locality EMPTY = new Locality("", "", "");

  /** Reads {@code region/zone/subzone}; missing parts are empty. */
  public static Locality parse(String text) {
    String[] parts = text.split("/", 3);
    return new Locality(
        parts[0], parts.length > 1 ? parts[1] : "", parts.length > 2 ? parts[2] : "");
  }

  public boolean isEmpty() {
    return region.isEmpty() && zone.isEmpty() && subZone.isEmpty();
  }

  /** Whether a rule such as {@code eu-1/z1/*} covers this locality. */
  public boolean matches(String rule) {
    Locality wanted = parse(rule);
    return part(wanted.region, region) && part(wanted.zone, zone) && part(wanted.subZone, subZone);
  }

  private static boolean part(String wanted, String actual) {
    return wanted.isEmpty() || wanted.equals("*") || wanted.equals(actual);
  }

  @Override
  public int compareTo(Locality other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    if (isEmpty()) {
      return "";
    }
    String text = region;
    if (!zone.isEmpty() || !subZone.isEmpty()) {
      text += "/" + zone;
    }
    return subZone.isEmpty() ? text : text + "/" + subZone;
  }
}
