using System.Buffers;
using System.Text.Json;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Primitives;
using Holdfast.Runtime.Vrrp;

namespace Holdfast.Runtime.Continuity;

/// <summary>What another program says of itself, asked whether it can go on in our place.</summary>
/// <param name="Problem">Why it cannot; null: it can.</param>
/// <param name="Version">Its version; empty with a problem.</param>
/// <param name="Layout">Which layout of a state board it reads; see <see cref="BoardShape.Layout"/>.</param>
public readonly record struct UpgradeOffer(string? Problem, string Version, uint Layout)
{
    private const int ErrorsMax = 5;
    private const string Program = "holdfast";

    /// <summary>
    /// The answer of this program to the one that asks it (role "probe"): a line of JSON on standard output.
    /// </summary>
    /// <param name="snapshotFd">The configuration that runs there.</param>
    /// <param name="version">Our version.</param>
    /// <returns>The exit status.</returns>
    public static int Answer(int snapshotFd, string version)
    {
        Errno errno = SealedMemory.TryRead(snapshotFd, KeepalivedSnapshot.SizeMax, out byte[] bytes);
        IEnumerable<string> errors = errno == Errno.Success
            ? ErrorsOf(bytes) : [$"the snapshot is unreadable: {errno}"];
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("program", Program);
            writer.WriteString("version", version);
            writer.WriteNumber("board_layout", BoardShape.Layout);
            writer.WriteStartArray("errors");
            foreach (string error in errors)
            {
                writer.WriteStringValue(error);
            }
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        return DescriptorIo.WriteAll(1, buffer.WrittenSpan) == Errno.Success ? 0 : 1;
    }

    /// <summary>Reads an answer.</summary>
    public static UpgradeOffer Parse(ReadOnlyMemory<byte> answer)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(answer);
            JsonElement root = document.RootElement;
            if (root.ValueKind == JsonValueKind.Object
                && root.TryGetProperty("program", out JsonElement program) && program.ToString() == Program
                && root.TryGetProperty("version", out JsonElement version)
                && root.TryGetProperty("board_layout", out JsonElement layout) && layout.TryGetUInt32(out uint number)
                && root.TryGetProperty("errors", out JsonElement errors) && errors.ValueKind == JsonValueKind.Array)
            {
                string[] texts = [.. errors.EnumerateArray().Select(static e => e.ToString())];
                return texts.Length == 0 ? new(null, version.ToString(), number)
                    : Refused($"it does not accept the configuration: {string.Join("; ", texts)}");
            }
        }
        catch (JsonException)
        {
            return NotOurs;
        }
        return NotOurs;
    }

    /// <summary>A program that cannot be used.</summary>
    internal static UpgradeOffer Refused(string problem) => new(problem, "", 0);

    private static UpgradeOffer NotOurs => Refused("it is not a Holdfast that can go on in place of this one");

    private static IEnumerable<string> ErrorsOf(byte[] snapshot)
    {
        try
        {
            return KeepalivedSnapshot.Parse(snapshot).Diagnostics
                .Where(static d => d.Severity == Severity.Error)
                .Take(ErrorsMax)
                .Select(static d => $"{d.Span}: {d.Message}");
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            return ["its snapshots have another form"];
        }
    }
}
