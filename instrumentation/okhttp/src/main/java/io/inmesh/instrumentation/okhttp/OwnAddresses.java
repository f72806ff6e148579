package io.inmesh.instrumentation.okhttp;

import java.util.concurrent.atomic.AtomicReferenceArray;
import okhttp3.Address;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * Addresses as the app's clients make them. The library makes one for each hop, parsing its host
 * anew, before the mesh says where the hop goes. A few are kept, each until another takes its
 * place, so that no client is held for ever. Thread-safe.
 */
final class OwnAddresses {
  private static final int KEPT = 16;

  private final AtomicReferenceArray<@Nullable Made> made = new AtomicReferenceArray<>(KEPT);

  private record Made(Object client, Address address) {}

  /** What this client has made for this scheme, host and port, or null. */
  @Nullable Address find(Object client, HttpUrl url) {
    Made found = made.get(place(url));
    return found != null && found.client == client && isFor(found.address.url(), url)
        ? found.address
        : null;
  }

  void keep(Object client, Address address) {
    made.set(place(address.url()), new Made(client, address));
  }

  /** Whether an address with the one URL is an address for the other. */
  static boolean isFor(HttpUrl made, HttpUrl url) {
    return made.port() == url.port()
        && made.host().equals(url.host())
        && made.isHttps() == url.isHttps();
  }

  private static int place(HttpUrl url) {
    return (url.host().hashCode() + url.port()) & (KEPT - 1);
  }
}
