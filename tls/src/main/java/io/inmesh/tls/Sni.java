package io.inmesh.tls;

import java.nio.charset.StandardCharsets;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.StandardConstants;

/**
 * A server name as it stands, underscores included: Istio's {@code outbound_.80_._.HOST} is none
 * that {@link javax.net.ssl.SNIHostName} takes.
 */
final class Sni extends SNIServerName {
  /**
   * @param name not empty
   */
  Sni(String name) {
    super(StandardConstants.SNI_HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
  }
}
