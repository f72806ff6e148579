package io.inmesh.instrumentation.api;

import io.inmesh.engine.cluster.TransportSocket.SanMatcher;
import io.inmesh.engine.match.StringMatcher;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
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
        if (matcher.matcher().matches(name) || (type == DNS && coveredBy(matcher, name))) {
          return true;
        }
      }
    }
    return false;
  }

  // A certificate for *.a.com is that of x.a.com: the star stands for the first label only.
  private static boolean coveredBy(SanMatcher matcher, String name) {
    if (!(matcher.matcher() instanceof StringMatcher.Exact exact)) {
      return false;
    }
    String lower = name.toLowerCase(Locale.ROOT);
    String wanted = exact.value().toLowerCase(Locale.ROOT);
    if (!lower.startsWith("*.") || lower.indexOf('.', 2) < 0) {
      return lower.equals(wanted);
    }
    int dot = wanted.indexOf('.');
    return dot > 0
        && !wanted.startsWith("xn--")
        && wanted.substring(dot).equals(lower.substring(1));
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
