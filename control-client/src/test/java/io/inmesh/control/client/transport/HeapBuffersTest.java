package io.inmesh.control.client.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import org.junit.jupiter.api.Test;

class HeapBuffersTest {
  @Test
  void whatASocketIsReadIntoIsOnTheHeapToo() {
    ByteBuf read = new HeapBuffers().ioBuffer(16);

    assertThat(read.hasArray()).isTrue();
    read.release();
  }
}
