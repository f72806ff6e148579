package io.inmesh.instrumentation.api;

import io.inmesh.engine.cluster.TransportSocket.SanMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.net.IpAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;

/**
 * Envoy's {@code match_typed_subject_alt_names}: a certificate is the peer's if one of its names
 * fits one of the matchers. No matchers let the chain alone decide.
 *
 * @param matchers in the configuration's order
 */
public record SanCheck(List<SanMatcher> matchers) implements Predicate<X509Certificate> {
  private static final int EMAIL = 1;
  private static final int DNS = 2;
  private static final int URI = 6;
  private static final int IP = 7;

  public SanCheck {
    matchers = List.copyOf(matchers);
  }

  @Override
  public boolean test(X509Certificate certificate) {
    if (matchers.isEmpty()) {
      return true;
    }
    try {
      Collection<List<?>> names = certificate.getSubjectAlternativeNames();
      for (List<?> name : names == null ? List.<List<?>>of() : names) {
        if (name.get(1) instanceof String text && fits((Integer) name.get(0), text)) {
          return true;
        }
      }
    } catch (CertificateParsingException e) {
      // A name that cannot be read is nobody's: the check fails.
      return false;
    }
    return false;
  }

  private boolean fits(int type, String name) {
    for (SanMatcher matcher : matchers) {
      if (matcher.type().isEmpty() || matcher.type().equals(typeName(type))) {
        if (fits(type, name, matcher.matcher())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean fits(int type, String name, StringMatcher matcher) {
    if (matcher.matches(name)) {
      return true;
    }
    if (!(matcher instanceof StringMatcher.Exact exact)) {
      return false;
    }
    return switch (type) {
      case DNS -> new DnsPattern(name).covers(exact.value());
      case IP -> sameAddress(name, exact.value());
      default -> false;
    };
  }

  // The JDK writes IPv6 addresses in a form of its own.
  private static boolean sameAddress(String name, String wanted) {
    IpAddress address = IpAddress.parse(name);
    return address != null && address.equals(IpAddress.parse(wanted));
  }

  private static String typeName(int type) {
    return switch (type) {
      case EMAIL -> "EMAIL";
      case DNS -> "DNS";
      case URI -> "URI";
      case IP -> "IP_ADDRESS";
      default -> "OTHER_NAME";
    };
  }
}
