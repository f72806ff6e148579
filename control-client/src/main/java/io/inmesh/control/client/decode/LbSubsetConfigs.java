package io.inmesh.control.client.decode;

import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.cluster.LbSubsets;
import io.inmesh.engine.cluster.LbSubsets.Fallback;
import io.inmesh.engine.cluster.LbSubsets.Selector;
import io.inmesh.engine.match.MetadataMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The {@code lb_subset_config} of a cluster. */
final class LbSubsetConfigs {
  private LbSubsetConfigs() {}

  /** Null where there is none; without selectors there are no subsets either. */
  static @Nullable LbSubsets of(WireMessage cluster) {
    WireMessage config = cluster.messageOrEmpty("lb_subset_config");
    if (config.messages("subset_selectors").isEmpty()) {
      return null;
    }
    List<Selector> selectors = new ArrayList<>();
    for (WireMessage selector : config.messages("subset_selectors")) {
      if (!selector.strings("keys").isEmpty()) {
        selectors.add(
            new Selector(
                selector.strings("keys"),
                Fallback.valueOf(selector.enumName("fallback_policy")),
                Set.copyOf(selector.strings("fallback_keys_subset")),
                selector.bool("single_host_per_subset")));
      }
    }
    return new LbSubsets(
        Fallback.valueOf(config.enumName("fallback_policy")),
        MetadataMatch.of(Structs.values(config.messageOrEmpty("default_subset"))),
        selectors,
        config.bool("locality_weight_aware"),
        config.bool("scale_locality_weight"),
        config.bool("panic_mode_any"),
        config.bool("list_as_any"),
        config.enumName("metadata_fallback_policy").equals("FALLBACK_LIST"));
  }
}
