using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Holdfast.Config.HAProxy.Model;
using Holdfast.Management.Statistics;

namespace Holdfast.Management.Page;

/// <summary>Answers what is asked at a <c>stats uri</c>.</summary>
/// <param name="process">The process.</param>
/// <param name="proxy">The proxy that has the page.</param>
/// <param name="mayChange">Whether a condition of <c>stats admin</c> holds for this client.</param>
public sealed class StatisticsService(ManagedProcess process, ProxyModel proxy, bool mayChange)
{
    private const string DefaultRealm = "HAProxy Statistics";
    private const string NoCache = "cache-control: no-cache\r\n";

    private readonly StatsModel _stats = proxy.Stats ?? new StatsModel();

    /// <summary>The answer to a request.</summary>
    public HttpAnswer Answer(HttpQuestion question)
    {
        ArgumentNullException.ThrowIfNull(question);
        if (!IsAllowed(question.Authorization))
        {
            string realm = _stats.Realm ?? DefaultRealm;
            return HttpAnswer.Fault("401 Unauthorized", "You need a valid user and password to access this content.",
                $"www-authenticate: Basic realm=\"{realm}\"\r\n");
        }
        string rest = question.Target.Length > _stats.Uri.Length ? question.Target[_stats.Uri.Length..] : "";
        PageRequest request = PageRequest.Of(rest);
        if (question.Method == "POST")
        {
            string outcome = mayChange ? PageActions.Run(process, question.Body) : "DENY";
            return new HttpAnswer("303 See Other", NoCache + "content-type: text/plain\r\n"
                + $"location: {_stats.Uri};st={outcome}{request.Words()}\r\n", null);
        }
        string type = request.Form switch
        {
            "csv" or "typed" => "text/plain",
            "json" or "json-schema" => "application/json",
            _ => "text/html",
        };
        string refresh = _stats.Refresh > 0 && !request.IsStill
            ? string.Create(CultureInfo.InvariantCulture, $"refresh: {_stats.Refresh}\r\n") : "";
        return new HttpAnswer("200 OK", $"{NoCache}content-type: {type}\r\n{refresh}", Body(request));
    }

    private IEnumerable<string> Body(PageRequest request)
    {
        var filter = new StatisticFilter
        {
            OnlyUp = request.OnlyUp,
            HidesMaintenance = request.HidesMaintenance,
            Scope = _stats.Scopes.IsEmpty ? null
                : _stats.Scopes.Select(name => name == "." ? proxy.Name : name).ToHashSet(StringComparer.Ordinal),
        };
        IEnumerable<ManagedProxy> proxies = process.Proxies.Where(one
            => (filter.Scope is null || filter.Scope.Contains(one.Name))
                && one.Name.Contains(request.Scope, StringComparison.Ordinal));
        return request.Form switch
        {
            "json-schema" => [JsonSchema.Text],
            "html" => new StatisticsPage(process, _stats, request, mayChange).Write(proxies, filter),
            var form => StatisticReport.Of(
                proxies.SelectMany(one => StatisticRows.Of(process, one, filter)), form, hasMeaning: false),
        };
    }

    /// <summary>Whether the client is one of <c>stats auth</c>; all of them are looked at, whoever fits.</summary>
    private bool IsAllowed(string authorization)
    {
        if (_stats.Users.IsEmpty)
        {
            return true;
        }
        const string Basic = "Basic ";
        byte[] given = new byte[authorization.Length];
        if (!authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase)
            || !Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), given, out int length))
        {
            return false;
        }
        bool isFound = false;
        foreach ((string user, string password) in _stats.Users)
        {
            byte[] wanted = Encoding.UTF8.GetBytes($"{user}:{password}");
            isFound |= CryptographicOperations.FixedTimeEquals(wanted, given.AsSpan(0, length));
        }
        return isFound;
    }
}
