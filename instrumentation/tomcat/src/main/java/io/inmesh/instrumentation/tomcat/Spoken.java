package io.inmesh.instrumentation.tomcat;

import java.util.Set;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.UpgradeProtocol;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.jspecify.annotations.Nullable;

/** What a connector speaks in clear, in ALPN's words. */
final class Spoken {
  private static final String HTTP1 = "http/1.1";

  private Spoken() {}

  /** Empty for a connector with TLS of its own, and for one that speaks no HTTP. */
  static Set<String> by(NioEndpoint endpoint, @Nullable AbstractProtocol<?> protocol) {
    if (endpoint.isSSLEnabled() || !(protocol instanceof AbstractHttp11Protocol<?> http)) {
      return Set.of();
    }
    for (UpgradeProtocol upgrade : http.findUpgradeProtocols()) {
      // Tomcat tells it by its preface, whatever ALPN has said.
      if ("h2c".equals(upgrade.getHttpUpgradeName(false))) {
        return Set.of(HTTP1, "h2");
      }
    }
    return Set.of(HTTP1);
  }
}
