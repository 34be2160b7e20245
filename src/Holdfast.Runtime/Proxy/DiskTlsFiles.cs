using System.Collections.Immutable;
using Holdfast.Proxy.HAProxy;

namespace Holdfast.Runtime.Proxy;

/// <summary>Certificates and keys on disk.</summary>
public sealed class DiskTlsFiles : ITlsFiles
{
    private const long FileSizeMax = 16 << 20;

    /// <inheritdoc/>
    public byte[]? Read(string path)
    {
        try
        {
            FileInfo file = new(path);
            return file.Exists && file.Length <= FileSizeMax ? File.ReadAllBytes(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public ImmutableArray<string>? List(string path)
    {
        try
        {
            return !Directory.Exists(path) ? null
                : [.. Directory.EnumerateFileSystemEntries(path).Select(static one => Path.GetFileName(one))
                    .Order(StringComparer.Ordinal)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
