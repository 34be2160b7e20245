using System.Text;
using Holdfast.Linux.Files;

namespace Holdfast.Terminal;

/// <summary>Writes to standard output or standard error itself.</summary>
/// <remarks>
/// Those of <see cref="Console"/> keep a descriptor of their own: who waits for a daemon's output to end would wait
/// for ever.
/// </remarks>
/// <param name="fd">1 or 2.</param>
internal sealed class DescriptorWriter(int fd) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => Encoding.UTF8;

    /// <inheritdoc/>
    public override void Write(char value) => Write([value]);

    /// <inheritdoc/>
    public override void Write(string? value) => Write(value.AsSpan());

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<char> buffer)
    {
        byte[] bytes = new byte[Encoding.GetByteCount(buffer)];
        _ = Encoding.GetBytes(buffer, bytes);
        _ = DescriptorIo.WriteAll(fd, bytes); // who does not read misses it
    }

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write($"{value}\n");
}
