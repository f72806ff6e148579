package io.inmesh.engine;

import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.QueryParameterMatcher;
import io.inmesh.engine.route.LocalRateLimit;
import io.inmesh.engine.route.LocalRateLimit.Entry;
import io.inmesh.engine.route.LocalRateLimit.VirtualHostLimits;
import io.inmesh.engine.route.RateLimitAction;
import io.inmesh.engine.route.RouteAction;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request is called by rate limits. */
final class RateLimitDescriptors {
  private final RouteScope scope;
  private final RequestHead head;
  private final List<List<Entry>> described = new ArrayList<>();

  private RateLimitDescriptors(RouteScope scope, RequestHead head) {
    this.scope = scope;
    this.head = head;
  }

  static List<List<Entry>> of(LocalRateLimit limit, RouteScope scope, RequestHead head) {
    if (!limit.hasLimits()) {
      return List.of();
    }
    RateLimitDescriptors out = new RateLimitDescriptors(scope, head);
    LocalRateLimit.Settings settings = limit.settings();
    if (!settings.descriptors().isEmpty()) {
      out.add(settings.descriptors(), -1);
    } else if (scope.route().action() instanceof RouteAction.Forward forward) {
      out.add(forward.rateLimits(), settings.stage());
      boolean host =
          forward.includeVirtualHostRateLimits()
              || settings.virtualHostLimits() == VirtualHostLimits.INCLUDE
              || (settings.virtualHostLimits() == VirtualHostLimits.OVERRIDE
                  && forward.rateLimits().isEmpty());
      if (host) {
        out.add(scope.virtualHost().options().rateLimits(), settings.stage());
      }
    }
    return out.described;
  }

  private void add(List<RateLimitAction.Descriptor> descriptors, int stage) {
    for (RateLimitAction.Descriptor descriptor : descriptors) {
      if (stage < 0 || descriptor.stage() == stage) {
        List<Entry> entries = entries(descriptor.actions());
        if (entries != null && !entries.isEmpty()) {
          described.add(entries);
        }
      }
    }
  }

  /** Null where an action has nothing to say: then the descriptor falls away. */
  private @Nullable List<Entry> entries(List<RateLimitAction> actions) {
    List<Entry> entries = new ArrayList<>(actions.size());
    for (RateLimitAction action : actions) {
      if (action instanceof RateLimitAction.RequestHeader header) {
        String value = HeaderMatcher.valueOf(head, header.name());
        if (value != null) {
          entries.add(new Entry(header.key(), value));
        } else if (!header.skipIfAbsent()) {
          return null;
        }
        continue;
      }
      Entry entry = entry(action);
      if (entry == null) {
        return null;
      }
      entries.add(entry);
    }
    return entries;
  }

  private @Nullable Entry entry(RateLimitAction action) {
    if (action instanceof RateLimitAction.GenericKey key) {
      return new Entry(key.key(), key.value());
    } else if (action instanceof RateLimitAction.DestinationCluster) {
      String cluster = scope.clusterName();
      return cluster == null ? null : new Entry("destination_cluster", cluster);
    } else if (action instanceof RateLimitAction.RemoteAddress) {
      String ip = scope.snapshot().identity().ip();
      return ip.isEmpty() ? null : new Entry("remote_address", ip);
    } else if (action instanceof RateLimitAction.HeaderValueMatch match) {
      boolean all = true;
      for (HeaderMatcher matcher : match.headers()) {
        all &= matcher.matches(head);
      }
      return all == match.expect() ? new Entry(match.key(), match.value()) : null;
    } else if (action instanceof RateLimitAction.QueryValueMatch match) {
      boolean all = true;
      for (QueryParameterMatcher matcher : match.parameters()) {
        all &= matcher.matches(head.query());
      }
      return all == match.expect() ? new Entry(match.key(), match.value()) : null;
    }
    return null;
  }
}
