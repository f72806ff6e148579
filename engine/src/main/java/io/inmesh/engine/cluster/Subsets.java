package io.inmesh.engine.cluster;

import io.inmesh.engine.cluster.HostSet.LocalityHosts;
import io.inmesh.engine.match.MetadataMatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The subsets of a cluster's hosts, each made when the first request asks for it. Immutable but for
 * pick state; thread-safe.
 */
final class Subsets {
  /** Criteria of a request that has none. */
  private static final MetadataMatch NO_CRITERIA = MetadataMatch.of(Map.of());

  /**
   * Whom a request may go to.
   *
   * @param inTurn the first that gives a host is used
   * @param name for people
   */
  record Choice(List<Candidates> inTurn, String name) {
    Choice {
      inTurn = List.copyOf(inTurn);
    }

    int size() {
      return inTurn.stream().mapToInt(some -> some.only == null ? some.all().size() : 1).sum();
    }
  }

  /**
   * Hosts to choose from.
   *
   * @param only a host, whatever its health; null is the sets
   * @param sets null is the one host
   */
  record Candidates(@Nullable Host only, @Nullable HostSets sets) {
    private List<Host> all() {
      return sets == null ? List.of() : sets.hosts();
    }
  }

  private final LbSubsets config;
  private final List<List<LocalityHosts>> byPriority;
  private final Function<List<List<LocalityHosts>>, HostSets> maker;
  private final Map<MetadataMatch, Choice> choices = new ConcurrentHashMap<>();
  private final Map<MetadataMatch, HostSets> made = new ConcurrentHashMap<>();

  /**
   * @param byPriority all hosts
   * @param maker makes what picks among some of them
   */
  Subsets(
      LbSubsets config,
      List<List<LocalityHosts>> byPriority,
      Function<List<List<LocalityHosts>>, HostSets> maker) {
    this.config = config;
    this.byPriority = byPriority;
    this.maker = maker;
  }

  /**
   * Whom a request may go to. No allocation once warm.
   *
   * @param criteria null where the route has none
   */
  Choice choose(@Nullable MetadataMatch criteria) {
    MetadataMatch wanted = criteria == null ? NO_CRITERIA : criteria;
    Choice known = choices.get(wanted);
    return known == null ? choices.computeIfAbsent(wanted, this::find) : known;
  }

  void reset() {
    made.values().forEach(HostSets::reset);
  }

  private Choice find(MetadataMatch criteria) {
    Object list = config.fallbackList() ? criteria.get(LbSubsets.FALLBACK_LIST) : null;
    if (list == null) {
      return findOne(criteria);
    }
    MetadataMatch plain = criteria.without(LbSubsets.FALLBACK_LIST);
    List<MetadataMatch> further = MetadataMatch.list(list);
    if (further.isEmpty()) {
      return findOne(plain);
    }
    List<Candidates> inTurn = new ArrayList<>();
    for (MetadataMatch others : further) {
      inTurn.addAll(findOne(plain.with(others)).inTurn());
    }
    return new Choice(inTurn, criteria.toString());
  }

  private Choice findOne(MetadataMatch criteria) {
    LbSubsets.Selector selector = config.selector(criteria.keys());
    Host first = selector == null ? null : first(members(criteria));
    if (selector != null && first != null) {
      Candidates found = selector.singleHost() ? new Candidates(first, null) : candidates(criteria);
      return new Choice(List.of(found), criteria.toString());
    }
    LbSubsets.Selector failing = config.fallback(criteria.keys());
    LbSubsets.Fallback fallback =
        failing == null ? LbSubsets.Fallback.NOT_DEFINED : failing.fallback();
    if (failing != null && fallback == LbSubsets.Fallback.KEYS_SUBSET) {
      return findOne(criteria.only(failing.fallbackKeys()));
    }
    return fallback == LbSubsets.Fallback.NOT_DEFINED
        ? fallback(config.fallback(), config.panicModeAny())
        : fallback(fallback, false);
  }

  private Choice fallback(LbSubsets.Fallback policy, boolean panicModeAny) {
    List<Candidates> inTurn = new ArrayList<>();
    switch (policy) {
      case ANY_ENDPOINT -> inTurn.add(candidates(NO_CRITERIA));
      case DEFAULT_SUBSET -> inTurn.add(candidates(config.defaultSubset()));
      default -> {
        return new Choice(List.of(), policy.name());
      }
    }
    if (panicModeAny) {
      inTurn.add(candidates(NO_CRITERIA));
    }
    return new Choice(inTurn, policy.name());
  }

  private Predicate<Host> members(MetadataMatch criteria) {
    return host -> criteria.matches(host.endpoint().lbMetadata(), config.listAsAny());
  }

  private @Nullable Host first(Predicate<Host> members) {
    for (List<LocalityHosts> localities : byPriority) {
      for (LocalityHosts locality : localities) {
        for (Host host : locality.hosts()) {
          if (members.test(host)) {
            return host;
          }
        }
      }
    }
    return null;
  }

  private Candidates candidates(MetadataMatch criteria) {
    return new Candidates(null, made.computeIfAbsent(criteria, this::make));
  }

  private HostSets make(MetadataMatch criteria) {
    Predicate<Host> members = members(criteria);
    return maker.apply(byPriority.stream().map(all -> some(all, members)).toList());
  }

  private List<LocalityHosts> some(List<LocalityHosts> localities, Predicate<Host> members) {
    List<LocalityHosts> some = new ArrayList<>();
    for (LocalityHosts locality : localities) {
      List<Host> hosts = locality.hosts().stream().filter(members).toList();
      long weight = locality.weight();
      if (config.scaleLocalityWeight() && !locality.hosts().isEmpty()) {
        weight = Math.round((float) (weight * hosts.size()) / locality.hosts().size());
      }
      some.add(new LocalityHosts(locality.locality(), weight, hosts));
    }
    return some;
  }
}
