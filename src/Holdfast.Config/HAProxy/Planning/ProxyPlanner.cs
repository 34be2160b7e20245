using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Planning;

namespace Holdfast.Config.HAProxy.Planning;

/// <summary>What another haproxy.cfg would change, section by section. Pure: it is made of texts alone.</summary>
public static class ProxyPlanner
{
    private const string Begins = "listened at";
    private const string Ends = "no longer listened at; clients that are connected finish";
    private const string NewServer = "gets work when it is up";
    private const string GoneServer = "gets no new work; what it serves is finished";
    private const string Other = "for new connections and requests";

    /// <summary>Compares two configurations.</summary>
    /// <param name="before">Texts of the files that run, in order; none: nothing runs.</param>
    /// <param name="now">Texts of the new files.</param>
    public static ReloadPlan Plan(IEnumerable<string> before, IEnumerable<string> now)
    {
        ImmutableArray<SectionText> old = SectionText.Read(before);
        ImmutableArray<SectionText> next = SectionText.Read(now);
        Dictionary<(string, string), SectionText> known = old.ToDictionary(static one => one.Key);
        HashSet<(string, string)> kept = [.. next.Select(static one => one.Key)];
        return new ReloadPlan(
        [
            .. next.Select(one => known.TryGetValue(one.Key, out SectionText? was)
                ? Compare(was, one) : Whole(one, PlannedVerdict.Added)),
            .. old.Where(one => !kept.Contains(one.Key)).Select(static one => Whole(one, PlannedVerdict.Removed)),
        ]);
    }

    private static PlannedSubject SubjectOf(SectionText section) => section.Kind switch
    {
        "global" => PlannedSubject.ProxyGlobal,
        "defaults" => PlannedSubject.ProxyDefaults,
        "frontend" => PlannedSubject.Frontend,
        "backend" => PlannedSubject.Backend,
        "listen" => PlannedSubject.Listen,
        _ => PlannedSubject.ProxySection,
    };

    private static string NameOf(SectionText section)
        => SubjectOf(section) == PlannedSubject.ProxySection ? $"{section.Kind} {section.Name}".Trim() : section.Name;

    /// <summary>All of it comes or goes: shown are its listeners and servers.</summary>
    private static PlannedItem Whole(SectionText section, PlannedVerdict verdict)
        => new(SubjectOf(section), NameOf(section), verdict, "")
        {
            Changes = [.. section.Lines.Where(static line => IsServer(line) || IsListener(line))
                .Select(line => Change(line, isNew: verdict == PlannedVerdict.Added))],
        };

    private static PlannedItem Compare(SectionText old, SectionText next)
    {
        ImmutableArray<PlannedChange>.Builder changes = ImmutableArray.CreateBuilder<PlannedChange>();
        List<string> gone = [.. old.Lines];
        List<string> come = [];
        foreach (string line in next.Lines)
        {
            if (!gone.Remove(line))
            {
                come.Add(line);
            }
        }
        foreach (string line in come)
        {
            // A server of the same name is the same server.
            int same = gone.FindIndex(other => IsServer(line) && HeadOf(other) == HeadOf(line));
            if (same < 0)
            {
                changes.Add(Change(line, isNew: true));
                continue;
            }
            changes.Add(new PlannedChange(HeadOf(line), RestOf(gone[same]), RestOf(line), Other));
            gone.RemoveAt(same);
        }
        changes.AddRange(gone.Select(static line => Change(line, isNew: false)));
        bool isMoved = changes.Count == 0 && !old.Lines.SequenceEqual(next.Lines);
        return new PlannedItem(SubjectOf(next), NameOf(next),
            changes.Count > 0 || isMoved ? PlannedVerdict.Changed : PlannedVerdict.Unchanged,
            isMoved ? "its lines stand in another order" : "")
        {
            Changes = changes.ToImmutable(),
        };
    }

    private static PlannedChange Change(string line, bool isNew) => new(
        HeadOf(line), isNew ? null : RestOf(line), isNew ? RestOf(line) : null,
        IsListener(line) ? isNew ? Begins : Ends : IsServer(line) ? isNew ? NewServer : GoneServer : Other);

    private static bool IsServer(string line)
        => line.StartsWith("server ", StringComparison.Ordinal)
            || line.StartsWith("server-template ", StringComparison.Ordinal);

    private static bool IsListener(string line) => line.StartsWith("bind ", StringComparison.Ordinal);

    /// <summary>The keyword; of a server its name, too.</summary>
    private static string HeadOf(string line) => string.Join(' ', line.Split(' ').Take(IsServer(line) ? 2 : 1));

    private static string RestOf(string line) => line[Math.Min(line.Length, HeadOf(line).Length)..].Trim();
}
