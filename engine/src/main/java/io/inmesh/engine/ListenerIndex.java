package io.inmesh.engine;

import io.inmesh.engine.listener.Listener;
import io.inmesh.engine.net.IpAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Outbound listeners by destination: the exact address, then any address of the port, then {@code
 * virtualOutbound}. Asked without boxing the port.
 */
final class ListenerIndex {
  private static final String VIRTUAL_OUTBOUND = "virtualOutbound";

  /** The listeners of one port. */
  static final class Port {
    private final int port;
    private @Nullable Listener any;
    private final Map<String, Listener> byText = new HashMap<>();
    private final List<Listener> v6 = new ArrayList<>();

    private Port(int port) {
      this.port = port;
    }

    @Nullable Listener any() {
      return any;
    }

    /** Whether a listener of this port is bound to an address, so that the address counts. */
    boolean needsAddress() {
      return !byText.isEmpty();
    }

    @Nullable Listener bound(String ip) {
      Listener found = byText.get(ip);
      if (found != null || v6.isEmpty() || ip.indexOf(':') < 0) {
        return found;
      }
      IpAddress address = IpAddress.parse(ip);
      for (Listener listener : v6) {
        if (address != null && address.equals(IpAddress.parse(listener.ip()))) {
          return listener;
        }
      }
      return null;
    }

    private void add(Listener listener) {
      if (listener.ip().equals("0.0.0.0") || listener.ip().equals("::")) {
        any = listener;
      } else {
        byText.put(listener.ip(), listener);
        if (listener.ip().indexOf(':') >= 0) {
          v6.add(listener);
        }
      }
    }
  }

  private final @Nullable Port[] slots;
  private final @Nullable Listener virtualOutbound;

  ListenerIndex(List<Listener> listeners) {
    Map<Integer, Port> ports = new HashMap<>();
    Listener catchAll = null;
    for (Listener listener : listeners) {
      if (listener.direction() == Listener.Direction.INBOUND) {
        continue;
      }
      if (listener.name().equals(VIRTUAL_OUTBOUND)) {
        catchAll = listener;
      } else {
        ports.computeIfAbsent(listener.port(), Port::new).add(listener);
      }
    }
    virtualOutbound = catchAll;
    slots = new Port[Integer.highestOneBit(ports.size() + 1) * 4];
    for (Port port : ports.values()) {
      int slot = port.port & (slots.length - 1);
      while (slots[slot] != null) {
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = port;
    }
  }

  @Nullable Port port(int number) {
    int slot = number & (slots.length - 1);
    for (Port port = slots[slot]; port != null; port = slots[slot]) {
      if (port.port == number) {
        return port;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return null;
  }

  @Nullable Listener virtualOutbound() {
    return virtualOutbound;
  }
}
