using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Planning;
using Holdfast.Config.Nginx.Syntax;

namespace Holdfast.Config.Nginx.Planning;

/// <summary>What another nginx.conf would change, block by block. Pure.</summary>
/// <remarks>
/// A reload of nginx never changes anything for requests that are being answered: the process before finishes them.
/// </remarks>
public static class WebPlanner
{
    private const string ForNew = "for new connections";
    private const string Begins = "listened at";
    private const string Ends = "no longer listened at; clients that are connected finish";

    /// <summary>Compares two configurations.</summary>
    /// <param name="before">The directives of the top level that run; empty: nothing runs.</param>
    /// <param name="now">Those of the new file.</param>
    public static ReloadPlan Plan(IReadOnlyList<NginxDirective> before, IReadOnlyList<NginxDirective> now)
    {
        List<Block> old = Block.Of(before);
        List<Block> next = Block.Of(now);
        Dictionary<string, Block> known = old.ToDictionary(static one => one.Key, StringComparer.Ordinal);
        HashSet<string> kept = [.. next.Select(static one => one.Key)];
        return new ReloadPlan(
        [
            .. next.Select(one => known.TryGetValue(one.Key, out Block? was)
                ? Compare(was, one) : Whole(one, PlannedVerdict.Added)),
            .. old.Where(one => !kept.Contains(one.Key)).Select(static one => Whole(one, PlannedVerdict.Removed)),
        ]);
    }

    /// <summary>All of it comes or goes: shown is where it listens, and which servers it has.</summary>
    private static PlannedItem Whole(Block block, PlannedVerdict verdict) => new(block.Subject, block.Name, verdict, "")
    {
        Changes = [.. block.Lines.Where(static one => one.Head is "listen" or "server")
            .Select(one => Change(one, isNew: verdict == PlannedVerdict.Added))],
    };

    private static PlannedItem Compare(Block old, Block next)
    {
        List<Line> gone = [.. old.Lines];
        List<Line> come = [.. next.Lines.Where(one => !gone.Remove(one))];
        var changes = ImmutableArray.CreateBuilder<PlannedChange>();
        foreach (Line line in come)
        {
            int same = gone.FindIndex(one => one.Place == line.Place && one.Head == line.Head);
            if (same < 0 || line.Head == "listen")
            {
                changes.Add(Change(line, isNew: true));
                continue;
            }
            changes.Add(new PlannedChange(line.Keyword, gone[same].Rest, line.Rest, ForNew));
            gone.RemoveAt(same);
        }
        changes.AddRange(gone.Select(static line => Change(line, isNew: false)));
        bool isMoved = changes.Count == 0 && !old.Lines.SequenceEqual(next.Lines);
        return new PlannedItem(next.Subject, next.Name,
            changes.Count > 0 || isMoved ? PlannedVerdict.Changed : PlannedVerdict.Unchanged,
            isMoved ? "its lines stand in another order" : "")
        {
            Changes = changes.ToImmutable(),
        };
    }

    private static PlannedChange Change(Line line, bool isNew) => new(
        line.Keyword, isNew ? null : line.Rest, isNew ? line.Rest : null,
        line.Head == "listen" ? isNew ? Begins : Ends : ForNew);

    /// <summary>A line of a block.</summary>
    /// <param name="Place">The blocks inside that it stands in; empty: none.</param>
    /// <param name="Head">Its first word.</param>
    /// <param name="Rest">All others.</param>
    private sealed record Line(string Place, string Head, string Rest)
    {
        internal string Keyword => Place.Length == 0 ? Head : $"{Place}: {Head}";
    }

    /// <summary>A server, an upstream, or what stands outside of these.</summary>
    private sealed record Block(PlannedSubject Subject, string Name, List<Line> Lines)
    {
        internal string Key { get; private init; } = "";

        internal static List<Block> Of(IReadOnlyList<NginxDirective> top)
        {
            var settings = new Block(PlannedSubject.WebSettings, "", []) { Key = "settings" };
            List<Block> all = [settings];
            Add(all, settings, "", top);
            return settings.Lines.Count > 0 ? all : all[1..];
        }

        private static void Add(List<Block> all, Block here, string place, IEnumerable<NginxDirective> directives)
        {
            foreach (NginxDirective one in directives)
            {
                if (!one.IsBlock)
                {
                    if (one.Name != "include")
                    {
                        here.Lines.Add(new Line(place, one.Name, Rest(one)));
                    }
                    continue;
                }
                bool isOwn = one.Name is "server" or "upstream" && one.Parent?.Name is "http" or "stream" or "mail";
                if (isOwn)
                {
                    var block = new Block(SubjectOf(one), NameOf(one), []);
                    string key = $"{one.Parent!.Name} {one.Name} {block.Name}";
                    int same = all.Count(other => other.Key.StartsWith(key + "#", StringComparison.Ordinal));
                    block = block with { Key = $"{key}#{same}" };
                    all.Add(block);
                    Add(all, block, "", one.Children);
                }
                else
                {
                    string text = one.ToString();
                    Add(all, here, place.Length == 0 ? text : $"{place} {text}", one.Children);
                }
            }
        }

        private static PlannedSubject SubjectOf(NginxDirective block)
            => block.Name == "upstream" ? PlannedSubject.WebUpstream : PlannedSubject.WebServer;

        /// <summary>Of a server its first name, or where it listens.</summary>
        private static string NameOf(NginxDirective block) => block.Name == "upstream" ? Rest(block)
            : block.ChildrenOf("server_name").FirstOrDefault() is { Count: > 0 } name && name[0].Length > 0 ? name[0]
            : block.ChildrenOf("listen").FirstOrDefault() is { Count: > 0 } listen ? listen[0] : "_";

        private static string Rest(NginxDirective one)
            => string.Join(' ', one.Words.Skip(1).Select(static w => w.Text));
    }
}
