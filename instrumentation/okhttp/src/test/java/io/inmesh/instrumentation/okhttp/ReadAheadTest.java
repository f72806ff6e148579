package io.inmesh.instrumentation.okhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadAheadTest {
  private static final String TIMEOUT = "timeout";

  private final Pieces socket = new Pieces();
  private final ReadAhead in = new ReadAhead(socket);

  /** What arrives at a socket, piece by piece, and then its end. */
  private static final class Pieces extends InputStream {
    private final Deque<String> pieces = new ArrayDeque<>();
    private int reads;

    @Override
    public int read() {
      throw new UnsupportedOperationException();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      reads++;
      String piece = pieces.poll();
      if (piece == null) {
        return -1;
      }
      if (piece.equals(TIMEOUT)) {
        throw new SocketTimeoutException();
      }
      byte[] bytes = piece.getBytes(StandardCharsets.US_ASCII);
      int count = Math.min(length, bytes.length);
      System.arraycopy(bytes, 0, target, offset, count);
      if (count < bytes.length) {
        pieces.addFirst(piece.substring(count));
      }
      return count;
    }

    @Override
    public int available() {
      return pieces.stream().mapToInt(String::length).sum();
    }
  }

  private String read(int most) throws IOException {
    byte[] target = new byte[most];
    int count = in.read(target, 0, most);
    return count < 0 ? "end" : new String(target, 0, count, StandardCharsets.US_ASCII);
  }

  @Test
  void theHeadOfARecordAndItsRestTakeOneReadOfTheSocket() throws IOException {
    socket.pieces.add("12345record");

    assertThat(List.of(read(5), read(6))).containsExactly("12345", "record");
    assertThat(socket.reads).isEqualTo(1);
  }

  @Test
  void noMoreIsWaitedForThanHasCome() throws IOException {
    socket.pieces.addAll(List.of("123", "45"));

    assertThat(List.of(read(5), read(5), read(5))).containsExactly("123", "45", "end");
  }

  @Test
  void aTimeoutLosesNothing() throws IOException {
    socket.pieces.addAll(List.of("12", TIMEOUT, "3"));

    assertThat(read(5)).isEqualTo("12");
    assertThatThrownBy(() -> read(5)).isInstanceOf(SocketTimeoutException.class);
    assertThat(read(5)).isEqualTo("3");
  }

  @Test
  void whatIsLongerThanARecordGoesStraightToTheReader() throws IOException {
    socket.pieces.add("x".repeat(40_000));

    assertThat(read(30_000)).hasSize(30_000);
    assertThat(socket.reads).isEqualTo(1);
  }

  @Test
  void whatWasReadAheadIsAvailable() throws IOException {
    socket.pieces.addAll(List.of("12345", "67"));
    assertThat(in.read()).isEqualTo('1');

    assertThat(in.available()).isEqualTo(6);
  }
}
