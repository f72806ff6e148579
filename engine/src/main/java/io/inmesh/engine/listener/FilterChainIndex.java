package io.inmesh.engine.listener;

import io.inmesh.engine.listener.FilterChainMatch.SourceType;
import io.inmesh.engine.net.Cidr;
import io.inmesh.engine.net.IpAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The choice of a filter chain: destination port, destination prefix, server name, transport
 * protocol, application protocol, direct source prefix, source type, source prefix, source port, in
 * this order. A level that selected an entry is never left again.
 */
final class FilterChainIndex {
  private static final Object ANY = "";

  /** One level of the order: the keys of a chain, and the entry that a connection selects. */
  private enum Level {
    DESTINATION_PORT(m -> m.destinationPort() == 0 ? List.of() : List.of(m.destinationPort())),
    DESTINATION_PREFIX(FilterChainMatch::prefixRanges),
    SERVER_NAME(FilterChainMatch::serverNames),
    TRANSPORT(m -> m.transportProtocol().isEmpty() ? List.of() : List.of(m.transportProtocol())),
    APPLICATION(FilterChainMatch::applicationProtocols),
    DIRECT_SOURCE_PREFIX(FilterChainMatch::directSourcePrefixRanges),
    SOURCE_TYPE(m -> m.sourceType() == SourceType.ANY ? List.of() : List.of(m.sourceType())),
    SOURCE_PREFIX(FilterChainMatch::sourcePrefixRanges),
    SOURCE_PORT(FilterChainMatch::sourcePorts);

    // Functions without state.
    @SuppressWarnings("ImmutableEnumChecker")
    private final Function<FilterChainMatch, Collection<?>> keys;

    Level(Function<FilterChainMatch, Collection<?>> keys) {
      this.keys = keys;
    }

    @Nullable Node select(Map<Object, Node> entries, ConnectionInfo c) {
      return switch (this) {
        case DESTINATION_PORT -> exact(entries, c.destinationPort());
        case DESTINATION_PREFIX -> longest(entries, c.destinationIp());
        case SERVER_NAME -> serverName(entries, c.serverName());
        case TRANSPORT -> exact(entries, c.transportProtocol());
        case APPLICATION -> firstOffered(entries, c.applicationProtocols());
        case DIRECT_SOURCE_PREFIX -> longest(entries, c.directSourceIp());
        case SOURCE_TYPE ->
            exact(entries, c.local() ? SourceType.SAME_IP_OR_LOOPBACK : SourceType.EXTERNAL);
        case SOURCE_PREFIX -> longest(entries, c.sourceIp());
        case SOURCE_PORT -> exact(entries, c.sourcePort());
      };
    }
  }

  private sealed interface Node {}

  private record Leaf(FilterChain chain) implements Node {}

  private record Branch(Level level, Map<Object, Node> entries) implements Node {}

  private final @Nullable Node root;

  FilterChainIndex(String listener, List<FilterChain> chains) {
    root = chains.isEmpty() ? null : build(listener, chains, 0);
  }

  @Nullable FilterChain find(ConnectionInfo connection) {
    Node node = root;
    while (node instanceof Branch branch) {
      node = branch.level.select(branch.entries, connection);
    }
    return node instanceof Leaf leaf ? leaf.chain : null;
  }

  private static Node build(String listener, List<FilterChain> chains, int depth) {
    if (depth == Level.values().length) {
      if (chains.size() > 1) {
        throw new IllegalArgumentException(
            "error adding listener '"
                + listener
                + "': filter chain '"
                + chains.get(1).name()
                + "' has the same matching rules defined as '"
                + chains.get(0).name()
                + "'");
      }
      return new Leaf(chains.get(0));
    }
    Level level = Level.values()[depth];
    Map<Object, List<FilterChain>> groups = new HashMap<>();
    for (FilterChain chain : chains) {
      Collection<?> keys = level.keys.apply(chain.match());
      for (Object key : keys.isEmpty() ? List.of(ANY) : keys) {
        groups.computeIfAbsent(key, k -> new ArrayList<>()).add(chain);
      }
    }
    List<FilterChain> unconditional = groups.get(ANY);
    if (groups.size() == 1 && unconditional != null) {
      return build(listener, unconditional, depth + 1);
    }
    Map<Object, Node> entries = new HashMap<>();
    groups.forEach((key, group) -> entries.put(key, build(listener, group, depth + 1)));
    return new Branch(level, entries);
  }

  private static @Nullable Node exact(Map<Object, Node> entries, Object key) {
    Node found = entries.get(key);
    return found != null ? found : entries.get(ANY);
  }

  private static @Nullable Node longest(Map<Object, Node> entries, @Nullable IpAddress ip) {
    if (ip == null) {
      return entries.get(ANY);
    }
    return entries.keySet().stream()
        .filter(key -> key instanceof Cidr cidr && cidr.contains(ip))
        .map(Cidr.class::cast)
        .max(Comparator.comparingInt(Cidr::prefixLength))
        .map(entries::get)
        .orElseGet(() -> entries.get(ANY));
  }

  private static @Nullable Node serverName(Map<Object, Node> entries, String name) {
    if (!name.isEmpty()) {
      Node found = entries.get(name);
      for (int dot = name.indexOf('.'); found == null && dot >= 0; ) {
        String suffix = name.substring(dot);
        found = entries.get("*" + suffix);
        dot = name.indexOf('.', dot + 1);
      }
      if (found != null) {
        return found;
      }
    }
    return entries.get(ANY);
  }

  private static @Nullable Node firstOffered(Map<Object, Node> entries, List<String> offered) {
    for (String protocol : offered) {
      Node found = entries.get(protocol);
      if (found != null) {
        return found;
      }
    }
    return entries.get(ANY);
  }
}
