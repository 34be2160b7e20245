using System.Collections.Immutable;
using System.Text;

namespace Holdfast.Config.Text;

/// <summary>
/// Everything that one parse has read. Parsing again from it gives the same result on any process and at any later
/// time, which is how a supervisor and its children work from one validated configuration.
/// </summary>
public sealed class ConfigSnapshot : IConfigFiles
{
    private const uint Magic = 0x48464331; // "HFC1"

    /// <summary>An empty snapshot, to be filled by <see cref="RecordingConfigFiles"/>.</summary>
    public ConfigSnapshot(string hostName, string workingDirectory)
    {
        HostName = hostName;
        WorkingDirectory = workingDirectory;
    }

    /// <inheritdoc/>
    public string HostName { get; }

    /// <inheritdoc/>
    public string WorkingDirectory { get; }

    /// <summary>All files that were asked for, by the path that was used.</summary>
    public IReadOnlyDictionary<string, ConfigFile> Files => FilesByPath;

    internal SortedDictionary<string, ConfigFile> FilesByPath { get; } = new(StringComparer.Ordinal);

    internal SortedDictionary<string, ImmutableArray<string>> Listings { get; } = new(StringComparer.Ordinal);

    internal SortedDictionary<string, string> Environment { get; } = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ConfigFile Read(string path)
        => FilesByPath.TryGetValue(path, out ConfigFile file) ? file : new ConfigFile(ConfigFileStatus.Missing, "");

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory)
        => Listings.TryGetValue(directory, out ImmutableArray<string> names) ? names : [];

    /// <inheritdoc/>
    public string? GetEnvironment(string name) => Environment.GetValueOrDefault(name);

    /// <summary>The snapshot as bytes, for a sealed memfd.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(HostName);
        writer.Write(WorkingDirectory);
        writer.Write(FilesByPath.Count);
        foreach ((string path, ConfigFile file) in FilesByPath)
        {
            writer.Write(path);
            writer.Write((byte)file.Status);
            writer.Write(file.Text);
        }
        writer.Write(Listings.Count);
        foreach ((string directory, ImmutableArray<string> names) in Listings)
        {
            writer.Write(directory);
            writer.Write(names.Length);
            foreach (string name in names)
            {
                writer.Write(name);
            }
        }
        writer.Write(Environment.Count);
        foreach ((string name, string value) in Environment)
        {
            writer.Write(name);
            writer.Write(value);
        }
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> has written.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    /// <exception cref="EndOfStreamException">It is cut off.</exception>
    public static ConfigSnapshot FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadUInt32() != Magic)
        {
            throw new InvalidDataException("This is not a configuration snapshot.");
        }
        var snapshot = new ConfigSnapshot(reader.ReadString(), reader.ReadString());
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            string path = reader.ReadString();
            snapshot.FilesByPath[path] = new ConfigFile((ConfigFileStatus)reader.ReadByte(), reader.ReadString());
        }
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            string directory = reader.ReadString();
            ImmutableArray<string>.Builder names = ImmutableArray.CreateBuilder<string>();
            for (int left = reader.ReadInt32(); left > 0; left--)
            {
                names.Add(reader.ReadString());
            }
            snapshot.Listings[directory] = names.ToImmutable();
        }
        for (int count = reader.ReadInt32(); count > 0; count--)
        {
            snapshot.Environment[reader.ReadString()] = reader.ReadString();
        }
        return snapshot;
    }
}

/// <summary>Passes every question on and keeps the answers in a <see cref="ConfigSnapshot"/>.</summary>
public sealed class RecordingConfigFiles(IConfigFiles files) : IConfigFiles
{
    /// <summary>What was read so far.</summary>
    public ConfigSnapshot Snapshot { get; } = new(files.HostName, files.WorkingDirectory);

    /// <inheritdoc/>
    public string HostName => Snapshot.HostName;

    /// <inheritdoc/>
    public string WorkingDirectory => Snapshot.WorkingDirectory;

    /// <inheritdoc/>
    public ConfigFile Read(string path)
    {
        if (!Snapshot.FilesByPath.TryGetValue(path, out ConfigFile file))
        {
            Snapshot.FilesByPath[path] = file = files.Read(path);
        }
        return file;
    }

    /// <inheritdoc/>
    public ConfigFile ReadScript(string path)
    {
        // Kept under the path that was used: who asks for it as no script finds it readable, too, which changes nothing
        // for those who read again what the first parse has read.
        if (!Snapshot.FilesByPath.TryGetValue(path, out ConfigFile file) || file.Status == ConfigFileStatus.Executable)
        {
            Snapshot.FilesByPath[path] = file = files.ReadScript(path);
        }
        return file;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> List(string directory)
    {
        if (!Snapshot.Listings.TryGetValue(directory, out ImmutableArray<string> names))
        {
            Snapshot.Listings[directory] = names = [.. files.List(directory)];
        }
        return names;
    }

    /// <inheritdoc/>
    public string? GetEnvironment(string name)
    {
        string? value = files.GetEnvironment(name);
        if (value is not null)
        {
            Snapshot.Environment[name] = value;
        }
        return value;
    }
}
