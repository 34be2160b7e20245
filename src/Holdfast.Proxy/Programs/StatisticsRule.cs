using System.Collections.Immutable;
using System.Text;
using Holdfast.HAProxy.Patterns;
using Holdfast.HAProxy.Rules;
using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.Programs;

/// <summary>The statistics page of a proxy: which requests go there.</summary>
/// <param name="name">The proxy's name.</param>
/// <param name="uri">What its address begins with.</param>
/// <param name="admin">Any of them lets a client change states.</param>
/// <param name="rules"><c>stats http-request</c>; null: none.</param>
public sealed class StatisticsRule(
    string name, string uri, ImmutableArray<CompiledCondition> admin, CompiledRules? rules = null)
{
    /// <summary>Who may see it; null: everybody.</summary>
    public CompiledRules? Rules { get; } = rules;

    private readonly byte[] _uri = Encoding.UTF8.GetBytes(uri);
    private readonly string _plain = ServiceOptions.PageOf(name, mayChange: false);
    private readonly string _admin = ServiceOptions.PageOf(name, mayChange: true);

    /// <summary>Whether a request is for the page.</summary>
    internal bool Fits(ReadOnlySpan<byte> target) => target.StartsWith(_uri);

    /// <summary>The backend that answers this client.</summary>
    internal string BackendFor(RequestContext subject)
    {
        foreach (CompiledCondition condition in admin)
        {
            if (condition.Evaluate(subject) == AclAnswer.Pass)
            {
                return _admin;
            }
        }
        return _plain;
    }
}
