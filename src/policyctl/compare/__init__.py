"""What the policy imposes beside what the platform says it imposed. Stands on `replay`; changes no answer."""
