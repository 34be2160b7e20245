using System.Collections.Immutable;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Config.HAProxy.Schema;
using Holdfast.Config.HAProxy.Syntax;
using Holdfast.Config.Text;

namespace Holdfast.Config.HAProxy.Binding;

/// <summary>Sections to the model.</summary>
internal sealed class ModelBinder(BindContext context)
{
    private readonly Parsers _parse = new(context);
    private readonly Dictionary<string, List<Section>> _named = new(StringComparer.Ordinal);
    private readonly Dictionary<Section, Section[]> _chains = [];
    private Section? _current;

    /// <summary>Reads all sections.</summary>
    public HAProxyModel Bind(List<Section> sections)
    {
        var global = new GlobalBinder(_parse);
        foreach (Section section in sections.Where(static s => s.Kind == "global"))
        {
            NoName(section);
            global.Bind(section);
        }
        var others = new SectionBinder(_parse);
        ImmutableArray<ProxyModel>.Builder proxies = ImmutableArray.CreateBuilder<ProxyModel>();
        ImmutableArray<UserlistModel>.Builder userlists = ImmutableArray.CreateBuilder<UserlistModel>();
        ImmutableArray<HttpErrorsModel>.Builder errors = ImmutableArray.CreateBuilder<HttpErrorsModel>();
        ImmutableArray<GenericSection>.Builder generic = ImmutableArray.CreateBuilder<GenericSection>();
        foreach (Section section in sections)
        {
            KeywordSpec spec = KeywordTable.Find(KeywordGroup.Section, section.Kind)!;
            if (section.Kind != "global")
            {
                context.Support(spec, section.Head.Keyword.Span, $"section {section.Kind}");
            }
            context.CurrentProxy = section.Name;
            switch (section.Kind)
            {
                case "global":
                    break;
                case "defaults":
                    Defaults(section, global.Model);
                    break;
                case "frontend" or "backend" or "listen":
                    proxies.Add(Proxy(section, global.Model));
                    break;
                case "userlist":
                    RequireName(section);
                    userlists.Add(others.Userlist(section));
                    break;
                case "http-errors":
                    RequireName(section);
                    errors.Add(others.HttpErrors(section));
                    break;
                default:
                    generic.Add(others.Other(section));
                    break;
            }
        }
        return new HAProxyModel
        {
            Global = global.Model,
            Proxies = Numbered(proxies.ToImmutable()),
            Userlists = userlists.ToImmutable(),
            HttpErrors = errors.ToImmutable(),
            Others = generic.ToImmutable(),
            Maps = context.Maps.ToImmutableDictionary(StringComparer.Ordinal),
        };
    }

    /// <summary>
    /// Gives ids: proxies from 2, servers from 1, in the order of the text, leaving out those that are taken.
    /// </summary>
    private static ImmutableArray<ProxyModel> Numbered(ImmutableArray<ProxyModel> proxies)
    {
        var taken = proxies.Select(static p => p.Id).ToHashSet();
        int next = 2;
        return [.. proxies.Select(proxy =>
        {
            int id = proxy.Id;
            if (id == 0)
            {
                for (; taken.Contains(next); next++)
                {
                }
                id = next++;
            }
            var used = proxy.Servers.Select(static s => s.Id).ToHashSet();
            int server = 1;
            return proxy with
            {
                Id = id,
                Servers = [.. proxy.Servers.Select(s => s.Id != 0 ? s : s with { Id = Free(used, ref server) })],
            };
        })];
    }

    private static int Free(HashSet<int> used, ref int next)
    {
        while (used.Contains(next))
        {
            next++;
        }
        return next++;
    }

    private void Defaults(Section section, GlobalModel global)
    {
        string name = section.Name is "from" ? "" : section.Name;
        Section[] chain = Chain(section) is { } from ? [.. ChainOf(from), section] : [section];
        _chains[section] = chain;
        new ProxyBinder(_parse, section, global).Bind(chain[..^1]);
        if (name.Length > 0)
        {
            _parse.Values.Name(section.Head.Words[1], "defaults name");
            if (!_named.TryGetValue(name, out List<Section>? same))
            {
                _named[name] = same = [];
            }
            same.Add(section);
        }
        _current = section;
    }

    private ProxyModel Proxy(Section section, GlobalModel global)
    {
        RequireName(section);
        Section? from = Chain(section);
        bool isExplicit = from is not null;
        from ??= _current;
        Section[] chain = from is null ? [] : ChainOf(from);
        if (chain.Length > 0)
        {
            CheckInheritance(section, chain, isExplicit);
        }
        return new ProxyBinder(_parse, section, global).Bind(chain);
    }

    private Section[] ChainOf(Section section) => _chains.GetValueOrDefault(section, [section]);

    /// <summary>The defaults section behind <c>from</c>; null when there is none, or it is not defined.</summary>
    private Section? Chain(Section section)
    {
        int at = Array.FindIndex(section.Head.Words, 1, static w => w.Text == "from");
        if (at < 0)
        {
            return null;
        }
        if (at + 1 >= section.Head.Words.Length)
        {
            context.Error(FindingCodes.MissingArgument, section.Head.Words[at],
                "'from' expects the name of a defaults section");
            return null;
        }
        Word name = section.Head.Words[at + 1];
        if (!_named.TryGetValue(name.Text, out List<Section>? found))
        {
            context.Error(FindingCodes.UnknownDefaults, name, $"defaults section '{name}' is not defined above", null,
                NearestWord.Find(name.Text, _named.Keys));
            return null;
        }
        if (found.Count > 1)
        {
            context.Error(FindingCodes.DuplicateName, name, $"several defaults sections have the name '{name}'");
        }
        return found[^1];
    }

    /// <summary>Rules of defaults go only to those who ask for them, and not to listen.</summary>
    private void CheckInheritance(Section section, Section[] chain, bool isExplicit)
    {
        Statement[] actions = [.. chain.SelectMany(static s => s.Statements)
            .Where(static s => ProxyBinder.IsRule(s) && s.Keyword.Text != "acl")];
        if (actions.Length == 0 || chain.All(static s => s.Name.Length == 0))
        {
            return;
        }
        string? problem = section.Kind == "listen"
            ? "a listen section cannot inherit from a defaults section with rules"
            : !isExplicit ? $"a defaults section with rules must be named: {section.Kind} {section.Name} from NAME"
            : section.Kind == "frontend" && actions.Any(static s => s.Keyword.Text == "tcp-response")
                ? "a frontend cannot inherit from a defaults section with tcp-response rules"
            : section.Kind == "backend" && actions.Any(static s => s.Text(1) is "connection" or "session"
                && s.Keyword.Text == "tcp-request")
                ? "a backend cannot inherit from a defaults section with tcp-request connection or session rules"
                    : null;
        if (problem is not null)
        {
            context.Error(FindingCodes.BadInheritance, section.Head.Keyword, problem);
        }
    }

    private void NoName(Section section)
    {
        if (section.Head.Words.Length > 1)
        {
            context.Error(FindingCodes.ExtraArgument, section.Head.Words[1], "'global' takes no argument");
        }
    }

    private void RequireName(Section section)
    {
        if (section.Head.Words.Length < 2)
        {
            context.Error(FindingCodes.MissingArgument, section.Head.Keyword, $"'{section.Kind}' expects a name");
            return;
        }
        _parse.Values.Name(section.Head.Words[1], $"{section.Kind} name");
    }
}
