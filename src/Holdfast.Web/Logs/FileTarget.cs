using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Web.Logs;

/// <summary>A file that lines are appended to.</summary>
public sealed class FileTarget : LogTarget
{
    private const uint Mode = 0x1A4; // 0644

    private volatile FdHandle _file;

    /// <summary>Opens a file, which is made when it is missing.</summary>
    /// <param name="path">Its whole path.</param>
    /// <exception cref="LinuxException">It cannot be opened.</exception>
    public FileTarget(string path)
    {
        Path = path;
        LinuxException.ThrowIf(DescriptorIo.TryOpenAppend(path, Mode, out FdHandle file), $"open {path}");
        _file = file;
    }

    /// <summary>Its whole path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> line)
    {
        FdHandle file = _file;
        if (!file.IsClosed)
        {
            _ = DescriptorIo.WriteAll(file.Number, line);
        }
    }

    /// <inheritdoc/>
    public override void Reopen()
    {
        if (DescriptorIo.TryOpenAppend(Path, Mode, out FdHandle file) == Errno.Success)
        {
            // A loop may be writing to the old one: the collector closes it when nobody can be.
            _file = file;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _file.Dispose();
        base.Dispose(disposing);
    }
}

/// <summary>Standard error.</summary>
public sealed class StandardErrorTarget : LogTarget
{
    private const int StandardError = 2;

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> line) => _ = DescriptorIo.WriteAll(StandardError, line);
}
