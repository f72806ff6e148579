package io.inmesh.instrumentation.okhttp;

import io.inmesh.instrumentation.api.Exchange;
import io.inmesh.instrumentation.api.IdentityMap;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;

/** What the mesh knows of the calls under way. */
final class Calls {
  private final IdentityMap<Object, HopDriver> running = new IdentityMap<>(unused -> {});
  private final IdentityMap<ResponseBody, HopDriver> bodies =
      new IdentityMap<>(driver -> driver.ended(Exchange.End.ABANDONED));

  /** The driver of the hop that a call is at, or null. */
  @Nullable HopDriver driver(Object call) {
    return running.get(call);
  }

  void begin(Object call, HopDriver driver) {
    running.put(call, driver);
  }

  void finish(Object call) {
    running.remove(call);
  }

  /** A response body went to the app; if it is collected unread its request has ended too. */
  void handedOver(ResponseBody body, HopDriver driver) {
    bodies.put(body, driver);
  }

  void closed(ResponseBody body) {
    bodies.remove(body);
  }
}
