package io.inmesh.engine.route;

import io.inmesh.engine.match.FractionalPercent;
import io.inmesh.engine.match.StringMatcher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Envoy's {@code CorsPolicy} of one level. Each field is taken from the most specific level that
 * has it; {@code filterEnabled} and {@code shadowEnabled} from the most specific level alone.
 *
 * @param allowOrigins empty is "not set"
 * @param allowMethods empty is "not set"; {@code *} echoes what is asked for
 * @param allowHeaders empty is "not set"; {@code *} echoes what is asked for
 * @param exposeHeaders empty is "not set"
 * @param maxAge in seconds, as text; empty is "not set"
 * @param filterEnabled the part of requests it acts on
 */
public record CorsPolicy(
    List<StringMatcher> allowOrigins,
    String allowMethods,
    String allowHeaders,
    String exposeHeaders,
    String maxAge,
    @Nullable Boolean allowCredentials,
    @Nullable Boolean allowPrivateNetworkAccess,
    @Nullable Boolean forwardNotMatchingPreflights,
    FractionalPercent filterEnabled) {
  public CorsPolicy {
    allowOrigins = List.copyOf(allowOrigins);
  }
}
