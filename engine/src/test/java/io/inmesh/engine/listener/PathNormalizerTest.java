package io.inmesh.engine.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.inmesh.engine.listener.FilterChainAction.PathNormalization;
import io.inmesh.engine.listener.FilterChainAction.PathNormalization.EscapedSlashes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathNormalizerTest {
  private static final PathNormalization MERGE =
      new PathNormalization(true, true, EscapedSlashes.KEEP_UNCHANGED);
  private static final PathNormalization DECODE_AND_MERGE =
      new PathNormalization(true, true, EscapedSlashes.UNESCAPE_AND_FORWARD);

  @ParameterizedTest
  @CsvSource({
    // path, NONE, BASE, MERGE_SLASHES, DECODE_AND_MERGE_SLASHES
    "/a/b, /a/b, /a/b, /a/b, /a/b",
    "/a/../b, /a/../b, /b, /b, /b",
    "/a/./b, /a/./b, /a/b, /a/b, /a/b",
    "/a/.., /a/.., /, /, /",
    "/a/b/.., /a/b/.., /a/, /a/, /a/",
    "/../a, /../a, /a, /a, /a",
    "/a/., /a/., /a/, /a/, /a/",
    "/a/.b, /a/.b, /a/.b, /a/.b, /a/.b",
    "/a//b, /a//b, /a//b, /a/b, /a/b",
    "//a///b//, //a///b//, //a///b//, /a/b/, /a/b/",
    "/%61%2Db, /%61%2Db, /a-b, /a-b, /a-b",
    "/a/%2e%2e/b, /a/%2e%2e/b, /b, /b, /b",
    "/a%2fb, /a%2fb, /a%2fb, /a%2fb, /a/b",
    "/a%5Cb, /a%5Cb, /a%5Cb, /a%5Cb, /a/b",
    "/a\\b, /a\\b, /a/b, /a/b, /a/b",
    "/a%2F..%2Fb, /a%2F..%2Fb, /a%2F..%2Fb, /a%2F..%2Fb, /b",
    "/a%zz, /a%zz, /a%zz, /a%zz, /a%zz",
    "/a%3Fb, /a%3Fb, /a%3Fb, /a%3Fb, /a%3Fb",
  })
  void modes(String path, String none, String base, String merge, String decode) {
    assertThat(PathNormalizer.normalize(PathNormalization.NONE, path)).isEqualTo(none);
    assertThat(PathNormalizer.normalize(PathNormalization.BASE, path)).isEqualTo(base);
    assertThat(PathNormalizer.normalize(MERGE, path)).isEqualTo(merge);
    assertThat(PathNormalizer.normalize(DECODE_AND_MERGE, path)).isEqualTo(decode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/a/b.c/d..e/f-g_h~i", "/a;b=c,d:e@f", "/x.", "/a/b./c"})
  void usualPathsAreNormal(String path) {
    assertThat(PathNormalizer.isNormal(path)).isTrue();
    assertThat(PathNormalizer.normalize(DECODE_AND_MERGE, path)).isEqualTo(path);
  }

  @ParameterizedTest
  @CsvSource({
    "KEEP_UNCHANGED, /a%2Fb, false, CONTINUE",
    "REJECT_REQUEST, /a%2Fb, false, REJECT",
    "REJECT_REQUEST, /a%5cb, false, REJECT",
    "REJECT_REQUEST, /a%20b, false, CONTINUE",
    "UNESCAPE_AND_REDIRECT, /a%2Fb, false, REDIRECT",
    "UNESCAPE_AND_REDIRECT, /a%2Fb, true, REJECT",
    "UNESCAPE_AND_FORWARD, /a%2Fb, false, CONTINUE",
    "KEEP_UNCHANGED, /a%00b, false, REJECT",
  })
  void escapedSlashes(
      EscapedSlashes action, String path, boolean grpc, PathNormalizer.Outcome outcome) {
    PathNormalization mode = new PathNormalization(true, false, action);
    assertThat(PathNormalizer.outcome(mode, path, grpc)).isEqualTo(outcome);
  }
}
