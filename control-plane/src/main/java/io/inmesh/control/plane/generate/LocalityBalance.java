package io.inmesh.control.plane.generate;

import io.inmesh.control.plane.model.Instance;
import io.inmesh.control.plane.model.Locality;
import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.TrafficPolicy;
import io.inmesh.control.plane.model.TrafficPolicy.Distribute;
import io.inmesh.control.plane.model.TrafficPolicy.Failover;
import io.inmesh.control.plane.model.TrafficPolicy.LocalityLb;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Istio's locality load balancing: distribution by share, or failover by priority. */
final class LocalityBalance {
  private LocalityBalance() {}

  /** The rule's setting, else the mesh's; null when it is switched off. */
  static @Nullable LocalityLb setting(TrafficPolicy policy, MeshConfig mesh) {
    TrafficPolicy.LoadBalancer balancer = policy.loadBalancer();
    LocalityLb own = balancer == null ? null : balancer.localityLb();
    LocalityLb setting = own != null ? own : mesh.localityLb();
    return Boolean.FALSE.equals(setting.enabled()) ? null : setting;
  }

  /** Whether Envoy has to weigh localities: only where the setting says something. */
  static boolean weighted(@Nullable LocalityLb setting, boolean outlierDetection) {
    return setting != null
        && (!setting.distribute().isEmpty()
            || (outlierDetection
                && (!setting.failover().isEmpty() || !setting.failoverPriority().isEmpty())));
  }

  /** Writes priorities and weights into the groups; without a caller's locality nothing. */
  static void apply(
      List<LocalityGroup> groups,
      Locality caller,
      Map<String, String> callerLabels,
      @Nullable LocalityLb setting,
      boolean outlierDetection) {
    if (setting == null || caller.isEmpty()) {
      return;
    }
    if (!setting.distribute().isEmpty()) {
      distribute(groups, caller, setting.distribute());
    } else if (outlierDetection) {
      // without outlier detection nothing would ever fail over
      if (setting.failoverPriority().isEmpty()) {
        byDistance(groups, caller, setting.failover());
      } else {
        byLabels(groups, caller, callerLabels, setting.failoverPriority());
      }
      compact(groups);
    }
  }

  private static void distribute(
      List<LocalityGroup> groups, Locality caller, List<Distribute> rules) {
    for (Distribute rule : rules) {
      if (!caller.matches(rule.from())) {
        continue;
      }
      Set<LocalityGroup> unmatched = new HashSet<>(groups);
      rule.to()
          .forEach(
              (to, share) -> {
                List<LocalityGroup> taken = new ArrayList<>();
                for (LocalityGroup group : groups) {
                  if (unmatched.contains(group) && group.locality().matches(to)) {
                    unmatched.remove(group);
                    taken.add(group);
                  }
                }
                long total = taken.stream().mapToLong(LocalityGroup::ownWeight).sum();
                for (LocalityGroup group : taken) {
                  group.givenWeight((int) Math.ceil((double) group.ownWeight() * share / total));
                }
              });
      unmatched.forEach(LocalityGroup::close);
      return;
    }
  }

  private static void byDistance(
      List<LocalityGroup> groups, Locality caller, List<Failover> rules) {
    for (LocalityGroup group : groups) {
      int priority = distance(caller, group.locality());
      if (priority == 3) {
        for (Failover rule : rules) {
          if (rule.from().equals(caller.region())) {
            priority = rule.to().equals(group.locality().region()) ? 3 : 4;
            break;
          }
        }
      }
      for (int i = 0; i < group.instances().size(); i++) {
        group.priority(i, priority);
      }
    }
  }

  private static int distance(Locality caller, Locality other) {
    if (!caller.region().equals(other.region())) {
      return 3;
    }
    if (!caller.zone().equals(other.zone())) {
      return 2;
    }
    return caller.subZone().equals(other.subZone()) ? 0 : 1;
  }

  private static void byLabels(
      List<LocalityGroup> groups,
      Locality caller,
      Map<String, String> callerLabels,
      List<String> keys) {
    for (LocalityGroup group : groups) {
      for (int i = 0; i < group.instances().size(); i++) {
        int matched = 0;
        while (matched < keys.size()
            && same(keys.get(matched), caller, callerLabels, group.instances().get(i))) {
          matched++;
        }
        group.priority(i, keys.size() - matched);
      }
    }
  }

  private static boolean same(
      String rule, Locality caller, Map<String, String> callerLabels, Instance instance) {
    int equals = rule.indexOf('=');
    String key = equals < 0 ? rule : rule.substring(0, equals);
    String wanted = equals < 0 ? label(key, caller, callerLabels) : rule.substring(equals + 1);
    return wanted.equals(label(key, instance.spec().locality(), instance.spec().labels()));
  }

  private static String label(String key, Locality locality, Map<String, String> labels) {
    String own = labels.get(key);
    if (own != null) {
      return own;
    }
    return switch (key) {
      case "topology.kubernetes.io/region" -> locality.region();
      case "topology.kubernetes.io/zone" -> locality.zone();
      case "topology.istio.io/subzone" -> locality.subZone();
      default -> "";
    };
  }

  /** Envoy wants priorities without gaps. */
  private static void compact(List<LocalityGroup> groups) {
    TreeSet<Integer> used = new TreeSet<>();
    for (LocalityGroup group : groups) {
      for (int i = 0; i < group.instances().size(); i++) {
        used.add(group.priority(i));
      }
    }
    List<Integer> order = new ArrayList<>(used);
    for (LocalityGroup group : groups) {
      for (int i = 0; i < group.instances().size(); i++) {
        group.priority(i, order.indexOf(group.priority(i)));
      }
    }
  }
}
