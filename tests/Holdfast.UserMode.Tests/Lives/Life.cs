namespace Holdfast.UserMode.Tests.Lives;

/// <summary>One random configuration, a changed one, and what happens to its servers.</summary>
/// <param name="Seed">What it was made from.</param>
/// <param name="Files">
/// The configurations in the order in which they are given; <c>@</c> stands for the directory of the daemon.
/// </param>
/// <param name="Script">What happens, one word and its values a line; the guest's LifeScript reads it.</param>
/// <param name="StepCount">Steps in the script.</param>
internal sealed record Life(int Seed, IReadOnlyList<string> Files, string Script, int StepCount);
