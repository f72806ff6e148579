package io.inmesh.engine.cluster;

import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.engine.match.HeaderMatcher;
import java.util.List;

/** Which responses count as errors of their host: Envoy's {@code MatchPredicate} on the head. */
public sealed interface ErrorMatcher {
  /** Whether the head of a response matches; {@code :status} is one of its headers. */
  boolean matches(ResponseHeadView head);

  /** Every response. */
  record Any() implements ErrorMatcher {
    @Override
    public boolean matches(ResponseHeadView head) {
      return true;
    }
  }

  /** What one does not match. */
  record Not(ErrorMatcher matcher) implements ErrorMatcher {
    @Override
    public boolean matches(ResponseHeadView head) {
      return !matcher.matches(head);
    }
  }

  /** What one of several matches. */
  record AnyOf(List<ErrorMatcher> matchers) implements ErrorMatcher {
    public AnyOf {
      matchers = List.copyOf(matchers);
    }

    @Override
    public boolean matches(ResponseHeadView head) {
      for (ErrorMatcher matcher : matchers) {
        if (matcher.matches(head)) {
          return true;
        }
      }
      return false;
    }
  }

  /** What all of several match. */
  record AllOf(List<ErrorMatcher> matchers) implements ErrorMatcher {
    public AllOf {
      matchers = List.copyOf(matchers);
    }

    @Override
    public boolean matches(ResponseHeadView head) {
      for (ErrorMatcher matcher : matchers) {
        if (!matcher.matches(head)) {
          return false;
        }
      }
      return true;
    }
  }

  /** A response whose headers match all. */
  record Headers(List<HeaderMatcher> matchers) implements ErrorMatcher {
    public Headers {
      matchers = List.copyOf(matchers);
    }

    @Override
    public boolean matches(ResponseHeadView head) {
      for (HeaderMatcher matcher : matchers) {
        if (!matcher.matches(head)) {
          return false;
        }
      }
      return true;
    }
  }
}
