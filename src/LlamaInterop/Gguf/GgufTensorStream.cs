namespace LlamaInterop.Gguf;

/// <summary>What a tensor's callback writes to: takes exactly the tensor's bytes.</summary>
internal sealed class GgufTensorStream(Stream target, GgufTensorInfo info, CancellationToken cancel) : Stream
{
    private long _written;

    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _written;
        set => throw new NotSupportedException();
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        cancel.ThrowIfCancellationRequested();
        if (buffer.Length > info.ByteLength - _written)
            throw new InvalidOperationException($"more than the {info.ByteLength} bytes of tensor '{info.Name}' were written");
        target.Write(buffer);
        _written += buffer.Length;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => target.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public void RefuseMissingBytes()
    {
        if (_written != info.ByteLength)
            throw new InvalidOperationException($"only {_written} of the {info.ByteLength} bytes of tensor '{info.Name}' were written");
    }
}
