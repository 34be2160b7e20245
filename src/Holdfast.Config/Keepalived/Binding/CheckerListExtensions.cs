using System.Collections.Immutable;
using Holdfast.Config.Keepalived.Model;

namespace Holdfast.Config.Keepalived.Binding;

/// <summary>Adding what could be bound.</summary>
internal static class CheckerListExtensions
{
    extension(ImmutableArray<CheckerModel>.Builder checkers)
    {
        /// <summary>Adds a checker unless there is none.</summary>
        public void AddIfBound(CheckerModel? checker)
        {
            if (checker is not null)
            {
                checkers.Add(checker);
            }
        }
    }
}
