package io.inmesh.agent.guard;

import io.inmesh.engine.http.RequestHead;
import org.jspecify.annotations.Nullable;

/**
 * A request that a bare connection might carry: all that is known of it is where it goes.
 *
 * @param ip the resolved address, null if the connection is for a name that did not resolve
 */
record ConnectHead(String scheme, String host, int port, @Nullable String ip)
    implements RequestHead {
  @Override
  public String method() {
    return "GET";
  }

  @Override
  public String authority() {
    return host + ":" + port;
  }

  @Override
  public String path() {
    return "/";
  }

  @Override
  public @Nullable String query() {
    return null;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return null;
  }
}
