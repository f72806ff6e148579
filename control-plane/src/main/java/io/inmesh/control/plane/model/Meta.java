package io.inmesh.control.plane.model;

import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;

/**
 * The head of an Istio resource. {@code labels} and {@code annotations} may be empty.
 *
 * @param created what a cluster wrote there; files rarely say it
 */
public record Meta(
    String kind,
    String namespace,
    String name,
    Map<String, String> labels,
    Map<String, String> annotations,
    Instant created,
    Source source) {

  /** Who does not say counts as the youngest; equals are ordered by name. */
  public static final Instant UNKNOWN = Instant.MAX;

  static final Comparator<Meta> OLDEST_FIRST =
      Comparator.comparing(Meta::created).thenComparing(Meta::name).thenComparing(Meta::namespace);

  public Meta {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
  }

  /** {@code Kind namespace/name}, as messages name a resource. */
  public String display() {
    return kind + " " + namespace + "/" + name;
  }

  /** The path that istiod puts into the metadata of what it generates from this resource. */
  public String configPath() {
    String dashed = kind.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    return "/apis/networking.istio.io/v1/namespaces/" + namespace + "/" + dashed + "/" + name;
  }
}
