using System.Collections.Immutable;
using System.Text;
using Holdfast.Config.Nginx;
using Holdfast.Config.Text;
using Holdfast.Primitives;
using Holdfast.Web.Running;
using Holdfast.Web.Translation;

namespace Holdfast.Runtime.Web;

/// <summary>
/// A validated nginx.conf on its way from the supervisor to its web server: the texts of all files, what host names
/// were found to be, and what the host is like. Both ends parse and translate the same, so they agree in every
/// listener.
/// </summary>
/// <param name="Path">The whole path of the file.</param>
/// <param name="Files">The texts of it and of what it includes.</param>
/// <param name="Facts">What the host was asked about.</param>
public sealed record WebSnapshot(string Path, ConfigSnapshot Files, WebFacts Facts)
{
    /// <summary>No snapshot is larger: a bound for the reader.</summary>
    public const int SizeMax = 64 << 20;

    private const uint Magic = 0x48465731; // "HFW1"

    /// <summary>How the file is parsed; what it asks for is in <see cref="Files"/> and <see cref="Facts"/>.</summary>
    public NginxParseOptions Options { get; init; } = new();

    /// <summary>The error log where the file names none: a path, or <c>stderr</c>. Default stderr.</summary>
    public string ErrorLog { get; init; } = "stderr";

    /// <summary>Parses and translates it.</summary>
    /// <exception cref="InvalidDataException">It was not found good before.</exception>
    public WebConfiguration Translate()
    {
        NginxParseResult parsed = NginxParser.Parse(Path, Files, Options with { IsToRun = true });
        return parsed.HasErrors ? throw new InvalidDataException("This configuration was not found good.")
            : WebTranslator.Translate(parsed.Model, Path, Options.Prefix, Facts);
    }

    /// <summary>Writes it for a sealed memfd.</summary>
    public byte[] ToBytes()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Path);
        writer.Write(Options.Prefix);
        writer.Write(Options.GlobalDirectives);
        writer.Write(Options.AcceptLoss);
        writer.Write(ErrorLog);
        writer.Write(Facts.ProcessorCount);
        writer.Write(Facts.IsPrivileged);
        writer.Write(Facts.Hosts.Count);
        foreach ((string name, ImmutableArray<IpAddress> addresses) in Facts.Hosts
            .OrderBy(static one => one.Key, StringComparer.Ordinal))
        {
            writer.Write(name);
            writer.Write(addresses.Length);
            foreach (IpAddress address in addresses)
            {
                writer.Write(address.ToString());
            }
        }
        byte[] texts = Files.ToBytes();
        writer.Write(texts.Length);
        writer.Write(texts);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="ToBytes"/> has written.</summary>
    /// <exception cref="InvalidDataException">It is something else.</exception>
    public static WebSnapshot FromBytes(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        if (reader.ReadUInt32() != Magic)
        {
            throw new InvalidDataException("This is not a snapshot of an nginx.conf.");
        }
        string path = reader.ReadString();
        var options = new NginxParseOptions
        {
            Prefix = reader.ReadString(),
            GlobalDirectives = reader.ReadString(),
            AcceptLoss = reader.ReadBoolean(),
        };
        string errorLog = reader.ReadString();
        int processors = reader.ReadInt32();
        bool isPrivileged = reader.ReadBoolean();
        var hosts = ImmutableDictionary.CreateBuilder<string, ImmutableArray<IpAddress>>(StringComparer.Ordinal);
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            string name = reader.ReadString();
            int count = reader.ReadInt32();
            hosts[name] = [.. Enumerable.Range(0, count).Select(_ => IpAddress.Parse(reader.ReadString()))];
        }
        ConfigSnapshot files = ConfigSnapshot.FromBytes(reader.ReadBytes(reader.ReadInt32()));
        return new WebSnapshot(path, files, new WebFacts(processors, isPrivileged, hosts.ToImmutable()))
        {
            Options = options,
            ErrorLog = errorLog,
        };
    }
}
