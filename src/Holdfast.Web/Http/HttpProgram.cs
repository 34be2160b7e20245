using System.Text;
using Holdfast.Config.Nginx.Model;
using Holdfast.Linux.Files;
using Holdfast.Linux.Pcre;
using Holdfast.Nginx.Maps;
using Holdfast.Nginx.Servers;
using Holdfast.Nginx.Sites;
using Holdfast.Nginx.Texts;
using Holdfast.Nginx.Variables;
using Holdfast.Primitives;
using Holdfast.Web.Http.Bodies;
using Holdfast.Web.Http.Content;
using Holdfast.Web.Http.Passing;
using Holdfast.Web.Http.Places;
using Holdfast.Web.Running;
using Holdfast.Web.Tls;
using Holdfast.Web.Translation;

namespace Holdfast.Web.Http;

/// <summary>An http block, ready for requests; shared by all loops.</summary>
internal sealed class HttpProgram : IDisposable
{
    private readonly WebPrograms _programs;
    private readonly ListenerProgram?[] _listeners;
    private readonly List<TlsSites> _secured = [];
    private readonly TlsOptions _tls;

    internal HttpProgram(WebPrograms programs, HttpModel http)
    {
        _programs = programs;
        WebConfiguration configuration = programs.Configuration;
        _tls = new TlsOptions(configuration.ConfigDirectory);
        var variables = new VariableTable();
        VariableDeclarations.Declare(http, variables);
        WebVariables.Define(variables, Signatures.VersionOf(configuration));
        var texts = new TextCompiler(variables, new PcreFactory());
        new MapCompiler(texts).Define(http);
        BodyFiles = new TempFiles(configuration.BodyTempPath);
        BodyFiles.Prepare();
        AnswerFiles = new TempFiles(configuration.ProxyTempPath);
        AnswerFiles.Prepare();
        var upstreams = new UpstreamTable(configuration, http, texts);
        var places = new PlaceCompiler(configuration, texts, programs.Logs, programs.Errors, upstreams);
        var sites = new SiteCompiler(texts, FileQuestions.Ask, places.Finish);
        List<SiteProgram> all = [.. http.Servers.Select(one => new SiteProgram(sites.Compile(one), one))];
        _listeners = [.. configuration.Listeners.Select(
            one => one.Kind == WebListenerKind.Http ? ListenerOf(one, all, configuration, texts) : null)];
        ValueCount = variables.Count;
    }

    /// <summary>Connections and requests.</summary>
    internal ConnectionCounts Counts { get; } = new();

    /// <summary>How many variables can be set for a request.</summary>
    internal int ValueCount { get; }

    /// <summary>Where bodies of requests go that memory does not hold.</summary>
    internal TempFiles BodyFiles { get; }

    /// <summary>Where answers of peers go that memory does not hold.</summary>
    internal TempFiles AnswerFiles { get; }

    /// <summary>Whether the process ends with its requests.</summary>
    internal bool IsStopping => _programs.IsStopping;

    /// <summary>What a listener does; null: it is not one of http.</summary>
    internal ListenerProgram? OfListener(int index) => _listeners[index];

    /// <inheritdoc/>
    public void Dispose() => _secured.ForEach(static one => one.Dispose());

    private TlsSites Secure(TlsSites sites)
    {
        _secured.Add(sites);
        return sites;
    }

    /// <summary>The number of a connection in the process.</summary>
    internal long NextConnection() => _programs.NextConnection();

    private ListenerProgram ListenerOf(
        WebListener listener, List<SiteProgram> all, WebConfiguration configuration, TextCompiler texts)
    {
        AddressProgram own = AddressOf(listener.Name, all, texts);
        var others = new Dictionary<IpAddress, AddressProgram>();
        bool isWildcard = !listener.Bind.IsUnix && listener.Bind.GivenFd < 0
            && (listener.Bind.Address == IpAddress.V4(0) || (listener.Bind.Address is { IsV6: true, High: 0, Low: 0 }));
        foreach (HttpListen listen in isWildcard ? all.SelectMany(static one => one.Server.Listens) : [])
        {
            string name = WebTranslator.NameOf(listen, listener.Bind.Port);
            bool isWithin = !listen.IsUnix && !WebTranslator.IsWildcard(listen)
                && listen.IsV6 == listener.Bind.Address.IsV6
                && listen.Port <= listener.Bind.Port && listener.Bind.Port <= Math.Max(listen.Port, listen.LastPort)
                && configuration.Listeners.All(one => one.Name != name);
            if (isWithin)
            {
                _ = others.TryAdd(WebTranslator.AddressOf(listen), AddressOf(name, all, texts));
            }
        }
        return new ListenerProgram(own, others);
    }

    /// <summary>The servers that listen at an address.</summary>
    private AddressProgram AddressOf(string name, List<SiteProgram> all, TextCompiler texts)
    {
        List<(SiteProgram Site, HttpListen Listen)> here = [.. all.SelectMany(
            site => site.Server.Listens.Where(one => Names(one, name)).Take(1).Select(one => (site, one)))];
        SiteProgram first = here.FirstOrDefault(static one => one.Listen.IsDefaultServer, here[0]).Site;
        var regexes = new Dictionary<IRegex, CompiledRegex>(ReferenceEqualityComparer.Instance);
        var names = new ServerNames<SiteProgram>(here.SelectMany(one => one.Site.Server.Names.Select(
            other => new NameOfServer<SiteProgram>(
                Encoding.UTF8.GetBytes(
                    other.Kind == ServerNameKind.Regex ? other.Text : other.Written.ToLowerInvariant()),
                one.Site, other.Regex is { } regex ? Keep(texts.Compile(regex)) : null))), first);
        return new AddressProgram(names, first, regexes)
        {
            Tls = here.Exists(static one => one.Listen.IsTls)
                ? Secure(TlsSites.Make(names, first, [.. here.Select(static one => one.Site)], _tls, name)) : null,
            HasProxyProtocol = here.Exists(static one => one.Listen.HasProxyProtocol),
        };

        IRegex Keep(CompiledRegex regex)
        {
            regexes[regex.Regex] = regex;
            return regex.Regex;
        }
    }

    private static bool Names(HttpListen listen, string name)
    {
        for (int port = listen.Port; port <= Math.Max(listen.Port, listen.LastPort); port++)
        {
            if (WebTranslator.NameOf(listen, port) == name)
            {
                return true;
            }
        }
        return false;
    }
}

/// <summary>Answers what conditions ask of files.</summary>
internal static class FileQuestions
{
    private const uint Executable = 0x49; // one of the three x bits

    internal static bool Ask(ReadOnlySpan<byte> path, ConditionKind question)
    {
        if (path.IsEmpty)
        {
            return false;
        }
        Span<byte> text = path.Length < 1024 ? stackalloc byte[path.Length + 1] : new byte[path.Length + 1];
        path.CopyTo(text);
        text[^1] = 0;
        if (PathIo.Look(text, out FileFacts facts) != Linux.Abi.Errno.Success)
        {
            return false;
        }
        return question switch
        {
            ConditionKind.IsFile => facts.Kind == FileKind.Regular,
            ConditionKind.IsDirectory => facts.Kind == FileKind.Directory,
            ConditionKind.IsExecutable => (facts.Mode & Executable) != 0,
            _ => true,
        };
    }
}
