package io.inmesh.engine.cluster;

import io.inmesh.engine.match.MetadataMatch;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How the hosts of a cluster divide into subsets by their metadata: Envoy's {@code LbSubsetConfig}.
 *
 * @param fallback where a request goes that has no subset, and whose selector says nothing
 * @param defaultSubset whom DEFAULT_SUBSET means
 * @param selectors the keys that make subsets
 * @param localityWeightAware whether the weights of localities count in a subset
 * @param scaleLocalityWeight whether they shrink with the part of the locality's hosts that is in
 *     the subset
 * @param panicModeAny whether any host will do where the fallback has none
 * @param listAsAny whether a host is in one subset for each element of a list
 * @param fallbackList whether criteria may name others, of which the first that finds a host holds
 */
public record LbSubsets(
    Fallback fallback,
    MetadataMatch defaultSubset,
    List<Selector> selectors,
    boolean localityWeightAware,
    boolean scaleLocalityWeight,
    boolean panicModeAny,
    boolean listAsAny,
    boolean fallbackList) {
  /** The criterion whose value is a list of further criteria, tried in turn. */
  public static final String FALLBACK_LIST = "fallback_list";

  /** Where a request goes that has no subset. */
  public enum Fallback {
    /** Of a selector only: what the cluster says. */
    NOT_DEFINED,
    NO_FALLBACK,
    ANY_ENDPOINT,
    DEFAULT_SUBSET,
    /** Of a selector only: to the subset of some of the keys. */
    KEYS_SUBSET
  }

  /**
   * Keys whose values make a subset.
   *
   * @param keys in order, each once
   * @param fallbackKeys of KEYS_SUBSET: some of the keys
   * @param singleHost whether a subset is its first host, whatever its health
   */
  public record Selector(
      List<String> keys, Fallback fallback, Set<String> fallbackKeys, boolean singleHost) {
    public Selector {
      keys = List.copyOf(new TreeSet<>(keys));
      fallbackKeys = Set.copyOf(new HashSet<>(fallbackKeys));
      if (fallback != Fallback.KEYS_SUBSET) {
        if (!fallbackKeys.isEmpty()) {
          throw new IllegalArgumentException(
              "fallback_keys_subset can be set only for KEYS_SUBSET fallback_policy");
        }
      } else if (fallbackKeys.isEmpty()) {
        throw new IllegalArgumentException("fallback_keys_subset cannot be empty");
      } else if (!keys.containsAll(fallbackKeys)) {
        throw new IllegalArgumentException(
            "fallback_keys_subset must be a subset of selector keys");
      } else if (fallbackKeys.size() == keys.size()) {
        throw new IllegalArgumentException("fallback_keys_subset cannot be equal to keys");
      }
    }
  }

  public LbSubsets {
    selectors = List.copyOf(selectors);
  }

  /** The selector of exactly these keys, or null. */
  @Nullable Selector selector(List<String> keys) {
    for (Selector selector : selectors) {
      if (selector.keys().equals(keys)) {
        return selector;
      }
    }
    return null;
  }

  /**
   * The selector whose fallback holds for criteria with these keys, or null. Envoy keeps selectors
   * in a tree of their keys, and a selector that ends inside of an earlier one loses its fallback.
   */
  @Nullable Selector fallback(List<String> keys) {
    for (Selector selector : selectors) {
      List<String> own = selector.keys();
      if (own.size() >= keys.size() && own.subList(0, keys.size()).equals(keys)) {
        return own.size() == keys.size() ? selector : null;
      }
    }
    return null;
  }
}
