using System.Collections.Immutable;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Files of certificates and keys that a configuration names: as they are on disk, or as they were read.
/// </summary>
public interface ITlsFiles
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">As it is named, with the directory of <c>crt-base</c> or <c>ca-base</c> in front.</param>
    /// <returns>Its bytes; null when it cannot be read.</returns>
    byte[]? Read(string path);

    /// <summary>Names of a directory's entries, in order of their bytes; null: it is no directory.</summary>
    ImmutableArray<string>? List(string path);
}

/// <summary>Files that were read: what travels from the supervisor to the process that serves.</summary>
/// <param name="Files">Bytes by path; null: it could not be read.</param>
/// <param name="Directories">Names by path; null: it is no directory.</param>
public sealed record TlsFileSet(
    ImmutableSortedDictionary<string, byte[]?> Files,
    ImmutableSortedDictionary<string, ImmutableArray<string>?> Directories) : ITlsFiles
{
    /// <summary>None.</summary>
    public static TlsFileSet Empty { get; } = new(
        ImmutableSortedDictionary<string, byte[]?>.Empty.WithComparers(StringComparer.Ordinal),
        ImmutableSortedDictionary<string, ImmutableArray<string>?>.Empty.WithComparers(StringComparer.Ordinal));

    /// <inheritdoc/>
    public byte[]? Read(string path) => Files.GetValueOrDefault(path);

    /// <inheritdoc/>
    public ImmutableArray<string>? List(string path) => Directories.GetValueOrDefault(path);

    /// <summary>Overwrites what was read: keys must not stay in memory longer than they are needed.</summary>
    public void Wipe()
    {
        foreach (byte[]? bytes in Files.Values)
        {
            Array.Clear(bytes ?? []);
        }
    }
}

/// <summary>Passes questions on and keeps the answers.</summary>
public sealed class RecordingTlsFiles(ITlsFiles files) : ITlsFiles
{
    private readonly Dictionary<string, byte[]?> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<string>?> _directories = new(StringComparer.Ordinal);

    /// <summary>What was asked for so far.</summary>
    public TlsFileSet ToSet() => new(
        _files.ToImmutableSortedDictionary(StringComparer.Ordinal),
        _directories.ToImmutableSortedDictionary(StringComparer.Ordinal));

    /// <inheritdoc/>
    public byte[]? Read(string path)
        => _files.TryGetValue(path, out byte[]? known) ? known : _files[path] = files.Read(path);

    /// <inheritdoc/>
    public ImmutableArray<string>? List(string path)
        => _directories.TryGetValue(path, out ImmutableArray<string>? known)
            ? known : _directories[path] = files.List(path);
}
