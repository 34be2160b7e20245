using System.Globalization;
using System.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Samples;
using Holdfast.Management.Cli;

namespace Holdfast.Management.Commands;

/// <summary>Commands that show and change ACLs and maps.</summary>
/// <param name="patterns">All of them.</param>
/// <param name="isMap">Whether these are the commands of maps; else those of ACLs.</param>
internal sealed class PatternCommands(PatternRegistry patterns, bool isMap)
{
    private const long EntryBase = 0x1000;

    private readonly string _word = isMap ? "map" : "acl";
    private readonly string _unknown = isMap ? "Unknown map identifier. Please use #<id> or <file>.\n"
        : "Unknown ACL identifier. Please use #<id> or <file>.\n";

    internal static IEnumerable<CliCommand> All(PatternRegistry patterns)
        => [.. new PatternCommands(patterns, isMap: true).Own(), .. new PatternCommands(patterns, isMap: false).Own()];

    private IEnumerable<CliCommand> Own()
    {
        string one = isMap ? "<map>" : "<acl>";
        yield return Of("show", isMap ? "[@ver] [map]" : "[@<ver>] <acl>]", $"all {_word}s, or entries of one", Show)
            with { Level = CliLevel.User };
        yield return Of("get", $"{one} <value>", "what a value matches", Get) with { Level = CliLevel.User };
        yield return isMap
            ? Of("add", "[@<ver>] <map> <key> <val>", "add an entry, or one for each line of a payload", Add)
            : Of("add", "[@<ver>] <acl> <pattern>", "add an entry", Add);
        if (isMap)
        {
            yield return Of("set", "<map> [<key>|#<ref>] <value>", "change an entry", Set);
        }
        yield return Of("del", $"{one} [<key>|#<ref>]", "remove entries", Delete);
        yield return Of("clear", $"[@<ver>] {one}", "remove all entries", Clear);
        yield return Of("prepare", one, "begin a version that is committed later", Prepare);
        yield return Of("commit", $"@<ver> {one}", "match against a version from now on", Commit);
    }

    private CliCommand Of(string verb, string arguments, string purpose, CliHandler handler)
        => CliCommand.Of($"{verb} {_word}", arguments, purpose, handler) with { Level = CliLevel.Admin };

    /// <summary>The reference of a word, a file name or <c>#</c> and a number; null: there is none of this kind.
    /// </summary>
    private PatternReference? Find(string word)
    {
        PatternReference? found = word.StartsWith('#')
            ? int.TryParse(word.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int id)
                ? patterns.Find(id) : null
            : word.Length > 0 ? patterns.Find(word) : null;
        return found is not null && IsOurs(found) ? found : null;
    }

    private bool IsOurs(PatternReference reference) => isMap ? reference.IsMap : reference.IsAcl || !reference.IsMap;

    /// <summary>Takes <c>@version</c> off the words; null where there is none.</summary>
    private static uint? VersionOf(CliRequest request, out int next)
    {
        next = 2;
        if (!request[2].StartsWith('@')
            || !uint.TryParse(request[2].AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out uint version))
        {
            return null;
        }
        next = 3;
        return version;
    }

    private IEnumerable<string> Show(CliRequest request)
    {
        uint? version = VersionOf(request, out int next);
        if (request[next].Length == 0)
        {
            return patterns.All.Where(IsOurs).Select(Describe).Prepend("# id (file) description\n");
        }
        return Find(request[next]) is not { } reference ? request.Error(_unknown)
            : reference.EntriesOf(version ?? reference.Version).Select(entry => string.Create(
                CultureInfo.InvariantCulture,
                $"{PointerOf(reference, entry)} {entry.Text}{(isMap ? " " + entry.Value : "")}\n"));
    }

    private string Describe(PatternReference reference)
    {
        string place = reference.Span is { } span
            ? string.Create(CultureInfo.InvariantCulture, $" file '{span.File}' line {span.Line}") : "";
        string text = reference.Name.Length == 0 ? $"acl '{reference.NamedBy}'{place}"
            : $"pattern loaded from file '{reference.Name}' used by {(isMap ? "map" : "acl")}"
                + (place.Length > 0 ? $" at{place}" : "");
        return string.Create(CultureInfo.InvariantCulture, $"{reference.Id} ({reference.Name}) {text}. "
            + $"curr_ver={reference.Version} next_ver={reference.NextVersion} entry_cnt={reference.Entries.Count}\n");
    }

    private static string PointerOf(PatternReference reference, PatternEntry entry) => string.Create(
        CultureInfo.InvariantCulture, $"0x{((EntryBase + reference.Id) << 32) | (uint)entry.Id:x}");

    /// <summary>The entry that <c>#0x…</c> names.</summary>
    private static int? EntryOf(PatternReference reference, string word)
        => word.StartsWith("#0x", StringComparison.Ordinal)
            && long.TryParse(word.AsSpan(3), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long number)
            && number >> 32 == EntryBase + reference.Id ? (int)(uint)number : null;

    private IEnumerable<string> Get(CliRequest request)
    {
        if (request[2].Length == 0 || request[3].Length == 0)
        {
            return request.Error(isMap ? "Missing map identifier and/or key.\n"
                : "Missing ACL identifier and/or key.\n");
        }
        if (Find(request[2]) is not { } reference)
        {
            return request.Error(_unknown);
        }
        var context = new RequestContext(new NoMessage(), 1);
        return reference.Look(context, ByteText.ToBytes(request[3])).Select(Describe);
    }

    private string Describe(PatternLookup found)
    {
        var text = new StringBuilder($"type={PatternNames.Of(found.Method)}, ");
        bool folds = found.IgnoresCase || found.Entry is { IgnoreCase: true };
        text.Append(folds ? "case=insensitive" : "case=sensitive");
        if (found.Entry is not { } entry)
        {
            return text.Append(isMap ? ", found=no\n" : ", match=no\n").ToString();
        }
        text.Append(isMap ? ", found=yes, idx=" : ", match=yes, idx=")
            .Append(PatternNames.IndexOf(found.Method, folds));
        text.Append(isMap ? $", key=\"{entry.Text}\", value=\"{entry.Value}\", type=\"str\"\n"
            : $", pattern=\"{entry.Text}\"\n");
        return text.ToString();
    }

    private IEnumerable<string> Add(CliRequest request)
    {
        uint? version = VersionOf(request, out int next);
        bool isWhole = isMap
            ? request.Payload is not null ? request[next].Length > 0
                : request[next].Length > 0 && request[next + 1].Length > 0 && request[next + 2].Length > 0
            : request[next].Length > 0 && request[next + 1].Length > 0;
        if (!isWhole)
        {
            return request.Error(isMap
                ? "'add map' expects three parameters (map identifier, key and value) or one parameter"
                    + " (map identifier) and a payload\n"
                : "'add acl' expects two parameters: ACL identifier and pattern.\n");
        }
        if (Find(request[next]) is not { } reference)
        {
            return request.Error(_unknown);
        }
        (string Key, string? Value)[] pairs = [.. Pairs(request, next + 1)];
        if (pairs.Select(one => reference.Problem(one.Key)).FirstOrDefault(static one => one is not null)
            is { } problem)
        {
            return request.Error($"{problem}.\n");
        }
        if (reference.Add(version ?? reference.Version, pairs) != VersionOutcome.Done)
        {
            return request.Error($"Version number in the future, please use 'prepare {_word}' before.\n");
        }
        return CliRequest.Done;
    }

    /// <summary>Keys with values: of the words, or one a line of the payload.</summary>
    private IEnumerable<(string Key, string? Value)> Pairs(CliRequest request, int word)
    {
        if (!isMap || request.Payload is not { } payload)
        {
            return [(request[word], isMap ? request[word + 1] : null)];
        }
        return payload.Split('\n').Select(static line => line.TrimStart(' ', '\t')).Where(static l => l.Length > 0)
            .Select(static line =>
            {
                int end = line.AsSpan().IndexOfAny(' ', '\t');
                return end < 0 ? (line, "") : (line[..end], (string?)line[end..].TrimStart(' ', '\t'));
            });
    }

    private IEnumerable<string> Set(CliRequest request)
    {
        if (request[2].Length == 0 || request[3].Length == 0 || request[4].Length == 0)
        {
            return request.Error("'set map' expects three parameters: map identifier, key and value.\n");
        }
        if (Find(request[2]) is not { } reference)
        {
            return request.Error(_unknown);
        }
        int? entry = EntryOf(reference, request[3]);
        return (request[3].StartsWith('#') && entry is null) || !reference.Change(request[3], entry, request[4])
            ? request.Error("entry not found.\n") : CliRequest.Done;
    }

    private IEnumerable<string> Delete(CliRequest request)
    {
        if (Find(request[2]) is not { } reference)
        {
            return request.Error(_unknown);
        }
        if (request[3].Length == 0)
        {
            return request.Error(isMap ? "This command expects two parameters: map identifier and key.\n"
                : "This command expects two parameters: ACL identifier and key.\n");
        }
        bool isFound = request[3].StartsWith('#')
            ? EntryOf(reference, request[3]) is { } entry && reference.Remove(entry) : reference.Remove(request[3]);
        return isFound ? CliRequest.Done : request.Error("Key not found.\n");
    }

    private IEnumerable<string> Clear(CliRequest request)
    {
        uint? version = VersionOf(request, out int next);
        if (request[next].Length == 0)
        {
            return request.Error(isMap ? "Missing map identifier.\n" : "Missing ACL identifier.\n");
        }
        if (Find(request[next]) is not { } reference)
        {
            return request.Error(_unknown);
        }
        reference.Clear(version ?? reference.Version);
        return CliRequest.Done;
    }

    private IEnumerable<string> Prepare(CliRequest request)
        => Find(request[2]) is not { } reference ? request.Error(_unknown)
            : request.Notice(string.Create(
                CultureInfo.InvariantCulture, $"New version created: {reference.Prepare()}\n"));

    private IEnumerable<string> Commit(CliRequest request)
    {
        if (VersionOf(request, out int next) is not { } version)
        {
            return request.Error("Missing version number.\n");
        }
        return Find(request[next]) is not { } reference ? request.Error(_unknown)
            : reference.Commit(version) == VersionOutcome.Done ? CliRequest.Done
            : request.Error("Version number out of range.\n");
    }

    /// <summary>Nothing: a value is matched without a message around it.</summary>
    private sealed class NoMessage : IMessageSource
    {
        public ReadOnlySpan<byte> Request => [];

        public ReadOnlySpan<byte> RequestBody => [];

        public ReadOnlySpan<byte> Response => [];

        public ReadOnlySpan<byte> ResponseBody => [];
    }
}
